using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R3: what was handed out and not handled comes back with a higher attempt.</summary>
internal static class RedeliveryChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("R3", "What failed comes back with its attempts counted, at once where no delay is asked for", NackedAsync),
        new("R3", "What failed does not come back before its delay is over, and the longest due comes first", DelayedAsync),
        new("R3", "What a dead node held comes back, each with one more attempt and one death", TakenOverAsync),
        new("R3", "What nobody on a node knows of goes back without counting as a death, and the rest stays", OrphansAsync),
        new("R3", "What a node that departs held goes back, without counting as a death", DepartedAsync),
        new("R3", "A claim of retries whose answer was lost is answered when it is sent again", RetriesAgainAsync),
        new("R3", "A claim of retries that is sent again takes no more than it asks for, with what it got before", RetriesNoMoreAsync),
    ];

    private static async Task NackedAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 5);
        var page = await bench.ClaimAsync(group, node);
        Expect.That(await bench.SettleAsync(group, node, page.AllBut(Nack(1), Nack(3, attempts: 2))), "The lease was not held.");

        var back = (await bench.RetriesAsync(group, node)).Retries.OrderBy(r => r.Event.Offset).ToList();
        Expect.SameList([(1L, 1), (3L, 2)], back.Select(r => (r.Event.Offset, r.Attempts)), "What failed, with its attempts");
        Expect.SameList([page.Events[1].Id, page.Events[3].Id], back.Select(r => r.Event.Id), "Its events");
        for (var attempts = 2; attempts < 6; attempts++)
        {
            Expect.That(await bench.SettleAsync(group, node, back[0], Nack(1, attempts)), "The claimed retry was not held.");
            back = [.. (await bench.RetriesAsync(group, node)).Retries];
            Expect.SameList([(1L, attempts)], back.Select(r => (r.Event.Offset, r.Attempts)), "What failed again, with its attempts");
        }
    }

    private static async Task DelayedAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 6);
        var page = await bench.ClaimAsync(group, node);
        await bench.SettleAsync(group, node, page.Failed(Nack(5), Nack(0, delay: TimeSpan.FromHours(1))));
        await bench.SettleAsync(group, node, page.Failed(Nack(2)));
        await bench.SettleAsync(group, node, page.Failed(Nack(4)));

        Expect.SameList([5L, 2L], (await bench.RetriesAsync(group, node, most: 2)).Retries.Select(r => r.Event.Offset), "The two that are the longest due");
        Expect.SameList([4L], (await bench.RetriesAsync(group, node)).Retries.Select(r => r.Event.Offset), "What else is due");
    }

    private static async Task TakenOverAsync(Bench bench)
    {
        var (_, group, dead) = await bench.SetAsync(events: 10);
        var page = await bench.ClaimAsync(group, dead, most: 6);
        await bench.SettleAsync(group, dead, page.Failed(Nack(0, attempts: 2)) with { Acked = [1, 2] });
        Expect.SameList([0L], (await bench.RetriesAsync(group, dead)).Retries.Select(r => r.Event.Offset), "What is retried");

        await bench.DieAsync(dead);

        var back = (await bench.RetriesAsync(group, await bench.NodeAsync())).Retries.OrderBy(r => r.Event.Offset);
        Expect.SameList([(0L, 3, 1), (3L, 1, 1), (4L, 1, 1), (5L, 1, 1)], back.Select(r => (r.Event.Offset, r.Attempts, r.Deaths)), "Offsets, attempts and deaths");
    }

    private static async Task OrphansAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 9);
        var lost = await bench.ClaimAsync(group, node, most: 3);
        var kept = await bench.ClaimAsync(group, node, most: 3);
        var other = await bench.NodeAsync();

        Expect.Same(0, await bench.Store.Nodes.ReturnOrphansAsync(other, [lost.Token]), "What a node returned of another's");
        Expect.Same(3, await bench.Store.Nodes.ReturnOrphansAsync(node, [lost.Token]), "What it returned of its own");

        var back = (await bench.RetriesAsync(group, other)).Retries.OrderBy(r => r.Event.Offset);
        Expect.SameList([(0L, 1, 0), (1L, 1, 0), (2L, 1, 0)], back.Select(r => (r.Event.Offset, r.Attempts, r.Deaths)), "Offsets, attempts and deaths");
        Expect.That(await bench.SettleAsync(group, node, kept.Whole()), "What the node knows of was taken from it.");
    }

    private static async Task DepartedAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 4);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).Acked(1));

        await bench.Store.Nodes.DepartAsync(node);

        var back = (await bench.RetriesAsync(group, await bench.NodeAsync())).Retries.OrderBy(r => r.Event.Offset);
        Expect.SameList([(0L, 0), (2L, 0), (3L, 0)], back.Select(r => (r.Event.Offset, r.Deaths)), "Offsets and deaths");
    }

    private static async Task RetriesAgainAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 4);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Nack(1), Nack(2)));
        var token = Guid.CreateVersion7();
        await bench.Store.Deliveries.ClaimRetriesAsync(group, node, token, 2, suspects: false);

        var again = await bench.Store.Deliveries.ClaimRetriesAsync(group, node, token, 2, suspects: false);

        Expect.SameList([1L, 2L], again.Retries.Select(r => r.Event.Offset).Order(), "What the claim got");
    }

    private static async Task RetriesNoMoreAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 4);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Nack(0), Nack(1), Nack(2)));
        var token = Guid.CreateVersion7();
        var first = await bench.Store.Deliveries.ClaimRetriesAsync(group, node, token, 1, suspects: false);

        var again = await bench.Store.Deliveries.ClaimRetriesAsync(group, node, token, 1, suspects: false);

        Expect.SameList(first.Retries.Select(r => r.Event.Offset), again.Retries.Select(r => r.Event.Offset), "What a claim of one gets when it is sent again");
    }
}
