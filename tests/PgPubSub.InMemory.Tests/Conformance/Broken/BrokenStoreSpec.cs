using PgPubSub.Testing.Conformance;

namespace PgPubSub.InMemory.Tests.Conformance.Broken;

/// <summary>The suite can fail: a store that breaks a rule is caught by checks of that rule, which say so.</summary>
public sealed class BrokenStoreSpec
{
    private static readonly Fault[] Faults =
    [
        new("R1", nameof(BurnsOffsets), store => new BurnsOffsets(store.Log),
            "Offsets begin at 0 and go on without a gap from batch to batch", "Many who append at once leave no gap, and each batch stands together in its order",
            "Who reads while others append never sees an offset before all below it"),
        new("R1", nameof(ReversesBatches), store => new ReversesBatches(store.Log),
            "Offsets begin at 0 and go on without a gap from batch to batch", "Many who append at once leave no gap, and each batch stands together in its order"),
        new("R2", nameof(ForgetsTwins), store => new ForgetsTwins(store.Log),
            "A batch that is sent again gets the same offsets and is there once", "A batch that is sent many times at once is there once",
            "Zombies of many batches arrive in any order among the others, and each batch is there once", "A batch is found where the known tail is its own place"),
        new("R2", nameof(GuessesPastTheFloor), store => new GuessesPastTheFloor(store.Log),
            "Where the floor has passed the known tail nothing is guessed and nothing is written",
            "A known tail that is ahead of the log is of a history that was lost, and nothing is written"),
        new("R3", nameof(ForgetsNacks), store => new ForgetsNacks(store.Deliveries),
            "What failed comes back with its attempts counted, at once where no delay is asked for",
            "Through history 1 each event is acked or dead in the end, owned by one at a time, and comes with a higher attempt each time"),
        new("R3", nameof(ForgetsAttempts), store => new ForgetsAttempts(store.Deliveries),
            "What failed comes back with its attempts counted, at once where no delay is asked for", "What a dead node held comes back, each with one more attempt and one death",
            "Through history 1 each event is acked or dead in the end, owned by one at a time, and comes with a higher attempt each time"),
        new("R4", nameof(LeasesTwice), store => new LeasesTwice(store.Deliveries), "What is leased is claimed by nobody else"),
        new("R4", nameof(RepeatsPages), store => new RepeatsPages(store.Deliveries), "Many claimers get every offset exactly once while it is published"),
        new("R5", nameof(TakesAnybodysAnswer), store => new TakesAnybodysAnswer(store.Deliveries),
            "An answer to a lease under another token, of another node or of another generation changes nothing", "An answer to a claimed retry under another token or of another node changes nothing",
            "After a takeover the dead node's answers change nothing"),
        new("R6", nameof(ForgetsAcks), store => new ForgetsAcks(store.Deliveries),
            "What was acked of a lease does not come back when the rest does, after a death", "Of many settlements of one lease at once none undoes another",
            "Where acks meet a takeover, what was confirmed does not come back and what was not does"),
        new("R7", nameof(BuriesAlive), store => new BuriesAlive(store.Deliveries), "A burial of a claimed retry makes one dead letter, and the retry is over"),
        new("R7", nameof(SuspectsEverybody), store => new SuspectsEverybody(store.Deliveries),
            "Where 5 attempts are allowed, a killer among innocents is buried alone, by death 5", "Deaths in company bury nobody"),
        new("R8", nameof(TrimsTooMuch), store => new TrimsTooMuch(store.Topics),
            "What a group has not claimed stays", "What is leased stays until it is settled", "What waits for another attempt stays until it is settled, claimed or not",
            "What is younger than a minute stays", "A limit by count keeps as many of the newest settled events"),
        new("R8", nameof(ForgetsMarks), store => new ForgetsMarks(store.Nodes), "What a private subscriber's mark holds stays, until the mark moves or its node is gone"),
        new("R8", nameof(HidesGaps), store => new HidesGaps(store.Deliveries),
            "A backlog over its limit is cut, however young, and a claim tells what the group has lost", "A group that lags behind a cleared topic is told so, once, and goes on at the floor"),
        new("R9", nameof(RewindsAtDeath), store => new RewindsAtDeath(store.Nodes, store.Subscriptions), "Neither a death, a departure nor a return moves a group"),
        new("R9", nameof(RestartsGroups), store => new RestartsGroups(store.Subscriptions), "A group that is there stays where it stands, wherever a member wants it to start"),
    ];

    public static TheoryData<string, string> Caught()
    {
        var data = new TheoryData<string, string>();
        foreach (var fault in Faults)
            Array.ForEach(fault.Checks, check => data.Add(fault.Name, check));
        return data;
    }

    [Theory]
    [MemberData(nameof(Caught))]
    public async Task A_broken_store_fails_a_check_of_the_rule_that_it_breaks(string fault, string check)
    {
        var planted = Faults.Single(f => f.Name == fault);
        var caughtBy = StoreConformance.Checks.Single(c => c.Name == check);

        var broken = await Assert.ThrowsAsync<ConformanceException>(() => caughtBy.RunAsync(new BrokenStore(planted.Plant)));

        Assert.Equal(planted.Rule, caughtBy.Rule);
        Assert.StartsWith($"{planted.Rule}: {check}. ", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_rule_is_broken_by_some_store() => Assert.Equal(Enumerable.Range(1, 9).Select(i => $"R{i}"), Faults.Select(f => f.Rule).Distinct());

    private sealed record Fault(string Rule, string Name, Func<InMemoryStore, object> Plant, params string[] Checks);
}
