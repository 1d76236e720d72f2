using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Operations;

public sealed class DeadLetterCommandsPostgresSpec : DeadLetterCommandsSpec;

public sealed class DeadLetterCommandsInMemorySpec : DeadLetterCommandsSpec
{
    protected override bool InMemory => true;
}

/// <summary>Dead letters that are read, given back and deleted.</summary>
public abstract class DeadLetterCommandsSpec : HubSpec
{
    [Fact]
    public async Task They_are_read_with_event_reason_and_attempts_by_group_type_time_and_number()
    {
        await BuryAsync("g", "first", "a", "b", "a");
        await BuryAsync("h", "second");

        var all = await DeadLettersAsync("t");
        Assert.Equal(["g", "g", "g", "h", "h", "h"], all.Select(d => d.Subscriber));
        Assert.Equal(("first", 1, true, "a", 0), (all[0].Reason, all[0].Attempts, all[0].IsGroup, all[0].Event.Type, all[0].Event.As<Number>().Value));
        Assert.Equal([0L, 2], (await WhereAsync(new DeadLettersWhere("g", "a"))).Select(d => d.Event.Offset));
        Assert.Equal(all[4].Id, Assert.Single(await WhereAsync(new DeadLettersWhere(Id: all[4].Id))).Id);
        Assert.Equal(all.Skip(3).Select(d => d.Id), (await WhereAsync(new DeadLettersWhere(DiedFrom: all[3].DiedAt))).Select(d => d.Id));
        Assert.Equal(all.Take(3).Select(d => d.Id), (await WhereAsync(new DeadLettersWhere(DiedBefore: all[3].DiedAt))).Select(d => d.Id));
        var page = await AskHubAsync<DeadLetterPage>(new ListDeadLetters("t", After: all[1].Id, Most: 2));
        Assert.Equal([all[2].Id, all[3].Id], page.DeadLetters.Select(d => d.Id));
        Assert.Empty(await DeadLettersAsync("nowhere"));
    }

    [Fact]
    public async Task What_is_redriven_comes_again_in_order_with_all_attempts_before_it_and_the_position_stays()
    {
        var member = await BuryAsync("g", "no");

        Assert.Equal(new DeadLettersRedriven("t", 3, 0), await AskHubAsync<DeadLettersRedriven>(new RedriveDeadLetters("t")));

        for (var i = 0; i < 3; i++)
        {
            var again = await member.ExpectMsgAsync<Delivery>(Patience);
            Assert.Equal((i, 1), (again.Offset, again.Attempt));
            Assert.IsType<AnswerConfirmed>(await again.SettleAsync(again.Ack()));
        }

        Assert.Empty(await DeadLettersAsync("t"));
        await UntilGroupAsync("t", "g", g => g is { Position: 3, InFlight: 0, Retrying: 0, Dead: 0 });
    }

    [Fact]
    public async Task One_of_them_is_redriven_alone_also_when_the_log_has_let_its_event_go()
    {
        var member = await BuryAsync("g", "no");
        await AskHubAsync<TopicCleared>(new ClearTopic("t"));
        var second = (await DeadLettersAsync("t"))[1];

        await AskHubAsync<DeadLettersRedriven>(new RedriveDeadLetters("t", new DeadLettersWhere(Id: second.Id)));

        var again = await member.FishForMessageAsync<Delivery>(_ => true, Patience);
        Assert.Equal((1, 1), (again.Offset, again.As<Number>().Value));
        await again.SettleAsync(again.DeadLetter("still no"));
        Assert.Equal(("still no", 1), ((await DeadLettersAsync("t")).Single(d => d.Event.Offset == 1).Reason, (await DeadLettersAsync("t")).Count(d => d.Event.Offset == 1)));
        Assert.Equal(3, (await DeadLettersAsync("t")).Count);
    }

    [Fact]
    public async Task A_private_subscribers_and_those_of_a_group_that_is_gone_stay()
    {
        await BuryAsync("g", "no");
        var reader = await SubscribeAsync(new Subscribe("t", From: StartFrom.Earliest));
        var delivery = await reader.ExpectMsgAsync<Delivery>(Patience);
        await delivery.SettleAsync(delivery.DeadLetter("not for me"));
        await AskHubAsync<GroupDropped>(new DropGroup("t", "g"));

        Assert.Equal(new DeadLettersRedriven("t", 0, 4), await AskHubAsync<DeadLettersRedriven>(new RedriveDeadLetters("t")));
        var mine = (await DeadLettersAsync("t")).Single(d => !d.IsGroup);
        Assert.Contains("private subscriber", mine.Subscriber, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_group_has_still_before_it_after_a_seek_stays_dead_until_it_comes_by_itself()
    {
        await BuryAsync("g", "no");
        await AskHubAsync<GroupPaused>(new PauseGroup("t", "g"));
        await AskHubAsync<GroupSought>(new SeekGroup("t", "g", StartFrom.Offset(1)));

        Assert.Equal(new DeadLettersRedriven("t", 1, 2), await AskHubAsync<DeadLettersRedriven>(new RedriveDeadLetters("t")));
        Assert.Equal([1L, 2], (await DeadLettersAsync("t")).Select(d => d.Event.Offset));
    }

    [Fact]
    public async Task They_are_purged_by_what_they_are()
    {
        await BuryAsync("g", "no", "a", "b", "a");

        Assert.Equal(2, (await AskHubAsync<DeadLettersPurged>(new PurgeDeadLetters("t", new DeadLettersWhere(Type: "a")))).Purged);
        Assert.Equal("b", Assert.Single(await DeadLettersAsync("t")).Event.Type);
        Assert.Equal(1, (await AskHubAsync<DeadLettersPurged>(new PurgeDeadLetters("t"))).Purged);
        Assert.Equal(0, (await AskHubAsync<DeadLettersPurged>(new PurgeDeadLetters("nowhere"))).Purged);
    }

    [Fact]
    public async Task Many_are_redriven_in_steps_and_come_in_order()
    {
        await PublishAsync("t", Enumerable.Range(0, 2_500));
        var member = await SubscribeAsync(new Subscribe("t", "g", Window: 2_500));
        for (var i = 0; i < 2_500; i++)
        {
            var delivery = await member.ExpectMsgAsync<Delivery>(Patience);
            delivery.Settle(delivery.DeadLetter("no"));
        }

        await UntilGroupAsync("t", "g", g => g.Dead == 2_500);

        Assert.Equal(2_500, (await AskHubAsync<DeadLettersRedriven>(new RedriveDeadLetters("t"))).Redriven);

        for (var i = 0; i < 2_500; i++)
        {
            var again = await member.ExpectMsgAsync<Delivery>(Patience);
            Assert.Equal(i, again.Offset);
            again.Settle(again.Ack());
        }
    }

    private async Task<IReadOnlyList<DeadLetter>> WhereAsync(DeadLettersWhere where) => (await AskHubAsync<DeadLetterPage>(new ListDeadLetters("t", where))).DeadLetters;

    // A group that has buried what there is; the first of them publishes it.
    private async Task<Akka.TestKit.TestProbe> BuryAsync(string group, string reason, params string[] types)
    {
        if (types.Length == 0)
            types = ["x", "x", "x"];
        var topics = (await AskHubAsync<TopicList>(new ListTopics("t"))).Topics;
        if (topics.Count == 0)
        {
            Hub.Tell(new PublishAll("t", [.. types.Select((type, i) => new Publish("t", new Number(i), Type: type))]), TestActor);
            await ExpectMsgAsync<PublishedAll>(Patience);
        }

        var member = await SubscribeAsync(new Subscribe("t", group, Window: 1));
        for (var i = 0; i < 3; i++)
        {
            var delivery = await member.ExpectMsgAsync<Delivery>(Patience);
            Assert.IsType<AnswerConfirmed>(await delivery.SettleAsync(delivery.DeadLetter(reason)));
        }

        return member;
    }
}
