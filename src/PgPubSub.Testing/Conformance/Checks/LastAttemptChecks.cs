using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R7: the last attempt is the last also where nobody died and nobody answered.</summary>
internal static class LastAttemptChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("R7", "What may be out for the last time when its node departs is buried and says so, and the rest goes back", bench => LastAsync(bench, departs: true)),
        new("R7", "What may be out for the last time when its claim is lost is buried and says so, and the rest goes back", bench => LastAsync(bench, departs: false)),
        new("R7", "Where one attempt is allowed, what a node that departs had of a page is buried", bench => OnlyAsync(bench, departs: true)),
        new("R7", "Where one attempt is allowed, what a lost claim had of a page is buried", bench => OnlyAsync(bench, departs: false)),
        new("R7", "No attempt counts for what was never handed out when its node departs", bench => UnbegunAsync(bench, departs: true)),
        new("R7", "No attempt counts for what was never handed out when its claim is lost", bench => UnbegunAsync(bench, departs: false)),
    ];

    private static GroupRules Rules(int maxAttempts) => GroupRules.Default with { Retry = new RetryRules(maxAttempts, TimeSpan.Zero, 1, TimeSpan.Zero) };

    private static async Task LastAsync(Bench bench, bool departs)
    {
        var (topic, group, node) = await bench.SetAsync(events: 5, Rules(maxAttempts: 3));
        var page = await bench.ClaimAsync(group, node);
        await bench.SettleAsync(group, node, page.Failed(Nack(0, attempts: 2), Nack(1)) with { Acked = [2] });
        var retries = (await bench.RetriesAsync(group, node)).Retries;
        Expect.Same(2, retries.Count, "Retries");

        await LoseAsync(bench, node, [page.Token, retries[0].Token], [], departs);

        var dead = Expect.One(await bench.DeadAsync(topic), "Dead letters");
        Expect.Same((0L, 3), (dead.Event.Offset, dead.Attempts), "The dead letter's offset and attempts");
        Expect.That(dead.Why.Contains("last time", StringComparison.Ordinal), $"The dead letter does not say that it was out for the last time: {dead.Why}");
        var back = (await bench.RetriesAsync(group, await bench.NodeAsync())).Retries.OrderBy(r => r.Event.Offset);
        Expect.SameList([(1L, 2, 0), (3L, 1, 0), (4L, 1, 0)], back.Select(r => (r.Event.Offset, r.Attempts, r.Deaths)), "Offsets, attempts and deaths of the rest");
    }

    private static async Task OnlyAsync(Bench bench, bool departs)
    {
        var (topic, group, node) = await bench.SetAsync(events: 4, Rules(maxAttempts: 1));
        var page = await bench.ClaimAsync(group, node);
        await bench.SettleAsync(group, node, page.Acked(1));

        await LoseAsync(bench, node, [page.Token], [], departs);

        Expect.SameList([(0L, 1), (2L, 1), (3L, 1)], (await bench.DeadAsync(topic)).OrderBy(d => d.Event.Offset).Select(d => (d.Event.Offset, d.Attempts)), "Dead letters and their attempts");
        Expect.SameList([], await bench.HandedOutAsync(group), "What came back");
    }

    private static async Task UnbegunAsync(Bench bench, bool departs)
    {
        var (topic, group, node) = await bench.SetAsync(events: 3, Rules(maxAttempts: 1));
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node, most: 2)).Failed(Nack(0, attempts: 0), Nack(1, attempts: 0)));
        var (page, retries) = (await bench.ClaimAsync(group, node), (await bench.RetriesAsync(group, node)).Retries);

        await LoseAsync(bench, node, [page.Token, retries[0].Token], [page.Token, retries[0].Token], departs);

        Expect.SameList([], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters");
        var back = (await bench.RetriesAsync(group, await bench.NodeAsync())).Retries.OrderBy(r => r.Event.Offset);
        Expect.SameList([(0L, 0), (1L, 0), (2L, 0)], back.Select(r => (r.Event.Offset, r.Attempts)), "Offsets and attempts");
    }

    private static Task LoseAsync(Bench bench, Guid node, IReadOnlyList<Guid> tokens, IReadOnlyList<Guid> unbegun, bool departs) =>
        departs ? bench.Store.Nodes.DepartAsync(node, unbegun) : bench.Store.Nodes.ReturnOrphansAsync(node, tokens, unbegun);
}
