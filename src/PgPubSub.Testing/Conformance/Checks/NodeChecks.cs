using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>Nodes: their beats, what others see of them, their marks and their duties.</summary>
internal static class NodeChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("Nodes", "A beat tells all tokens under a node's name, and that it is gone when it is", BeatAsync),
        new("Nodes", "A beat moves what others see, and says whether the lock is kept", SeenAsync),
        new("Nodes", "What is seen of a node tells its name and whether it holds anything; it never sees itself", WatchAsync),
        new("Nodes", "A node that beat again is not taken over, nor one with a row for one without", AliveAsync),
        new("Nodes", "A node that was taken over or has departed is seen no more", OverAsync),
        new("Nodes", "A mark of a node that is not registered is refused, and one of a topic that is gone holds nothing", MarkAsync),
        new("Nodes", "Floors are told in the order of the marks", FloorsAsync),
        new("Nodes", "A duty is one node's until that dies or departs", DutyAsync),
        new("Nodes", "Of many who want a duty at once one gets it", DutyRaceAsync),
    ];

    private static async Task BeatAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 8);
        Expect.SameList([], await TokensAsync(), "Tokens of a node that holds nothing");
        var page = await bench.ClaimAsync(group, node, most: 3);
        await bench.SettleAsync(group, node, page.Failed(Nack(1)));
        var retry = Expect.One((await bench.RetriesAsync(group, node)).Retries, "Retries");
        await bench.ClaimAsync(group, await bench.NodeAsync());

        Expect.SameList(new[] { page.Token, retry.Token }.Order(), (await TokensAsync()).Order(), "Tokens");
        await bench.SettleAsync(group, node, page.Whole());
        Expect.SameList([retry.Token], await TokensAsync(), "Tokens after the lease was settled");
        await bench.DieAsync(node);
        Expect.That(await bench.Store.Nodes.BeatAsync(node, keepsLock: false) is null, "The beat of a node whose row is gone was taken.");

        async Task<IReadOnlyList<Guid>> TokensAsync() => await bench.Store.Nodes.BeatAsync(node, keepsLock: false) ?? throw new ConformanceException("The beat of a node was not taken.");
    }

    private static async Task SeenAsync(Bench bench)
    {
        var node = await bench.NodeAsync();
        var before = await bench.SeeAsync(node);
        Expect.Same(before, await bench.SeeAsync(node), "What is seen of a node that does nothing");
        Expect.That(!before.KeepsLock, "A node that has said nothing as yet seems to keep its lock.");
        await using var line = await bench.Store.Wakeups.OpenAsync(node, bench.Stop);

        await bench.Store.Nodes.BeatAsync(node, keepsLock: line?.KeepsLock ?? false);

        var after = await bench.SeeAsync(node);
        Expect.That(after.SeenAt is not null && after.SeenAt != before.SeenAt, "A beat was not seen.");
        Expect.Same(line?.KeepsLock ?? false, after.KeepsLock, "Whether it is seen to keep its lock, where it says what its line says");
        await bench.Store.Nodes.BeatAsync(node, keepsLock: false);
        Expect.That(!(await bench.SeeAsync(node)).KeepsLock, "A node seems to keep its lock after it said that it does not.");
    }

    private static async Task WatchAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 3);
        var self = await bench.NodeAsync();
        Expect.Same((bench.Name, false), ((await bench.SeeAsync(node)).Name, (await bench.SeeAsync(node)).HoldsLeases), "Its name, and whether it holds anything");
        var page = await bench.ClaimAsync(group, node);
        Expect.That((await bench.SeeAsync(node)).HoldsLeases, "A node with a lease seems to hold nothing.");
        await bench.SettleAsync(group, node, page.AllBut(Nack(1)));
        Expect.That(!(await bench.SeeAsync(node)).HoldsLeases, "A node that has settled everything seems to hold something.");
        await bench.RetriesAsync(group, node);
        Expect.That((await bench.SeeAsync(node)).HoldsLeases, "A node with a claimed retry seems to hold nothing.");

        var seen = await bench.Store.Nodes.WatchAsync(self, bench.Stop);
        Expect.Same((true, false), (seen.Any(n => n.Id == node), seen.Any(n => n.Id == self)), "Whether it sees another node, and itself");
    }

    private static async Task AliveAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 3);
        var page = await bench.ClaimAsync(group, node);
        var seen = await bench.SeeAsync(node);
        await bench.Store.Nodes.RegisterAsync(node, "again", bench.Stop);
        await bench.Store.Nodes.BeatAsync(node, keepsLock: false);

        Expect.That(!await bench.Store.Nodes.TakeOverAsync(seen), "A node that beat again was taken over.");
        Expect.That(!await bench.Store.Nodes.TakeOverAsync(await bench.SeeAsync(node) with { SeenAt = null }), "A node with a row was taken over as one without.");
        Expect.That(await bench.SettleAsync(group, node, page.Whole()), "Its lease was not held.");
    }

    private static async Task OverAsync(Bench bench)
    {
        var (dead, departed) = (await bench.NodeAsync(), await bench.NodeAsync());
        var seen = await bench.SeeAsync(dead);
        await bench.DieAsync(dead);
        await bench.Store.Nodes.DepartAsync(departed);
        await bench.Store.Nodes.DepartAsync(departed);

        Expect.That((await bench.Store.Nodes.WatchAsync(Guid.Empty, bench.Stop)).All(n => n.Id != dead && n.Id != departed), "A node that is gone was seen.");
        Expect.That(!await bench.Store.Nodes.TakeOverAsync(seen), "A node was taken over twice.");
    }

    private static async Task MarkAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await Expect.FaultAsync(FaultKind.Gone, () => bench.Store.Nodes.MarkAsync(Guid.CreateVersion7(), [new TopicMark(topic, 0)]), "A mark of a node that is not registered");
        var node = await bench.NodeAsync();
        await bench.Store.Topics.DropTopicAsync(topic, bench.Stop);

        Expect.SameList([0L], await bench.Store.Nodes.MarkAsync(node, [new TopicMark(topic, 5)]), "The floor of a topic that is gone");
    }

    private static async Task FloorsAsync(Bench bench)
    {
        var (a, b) = (await bench.TopicAsync(name: "a"), await bench.TopicAsync(name: "b"));
        await bench.AppendAsync(b, 3);
        await bench.Store.Topics.ClearTopicAsync(b, bench.Stop);
        var node = await bench.NodeAsync();

        Expect.SameList([3L, 0L], await bench.Store.Nodes.MarkAsync(node, [new TopicMark(b, 0), new TopicMark(a, 0)]), "Floors");
        Expect.SameList([0L, 3L], await bench.Store.Nodes.MarkAsync(node, [new TopicMark(a, null), new TopicMark(b, 3)]), "Floors");
        Expect.SameList([], await bench.Store.Nodes.MarkAsync(node, []), "Floors of no marks");
    }

    private static async Task DutyAsync(Bench bench)
    {
        var nodes = new List<Guid>();
        for (var i = 0; i < 3; i++)
            nodes.Add(await bench.NodeAsync());
        foreach (var (holder, step) in nodes.Select((node, i) => (node, i)))
        {
            foreach (var node in nodes.Skip(step))
                Expect.Same(node == holder, await TakeAsync(node), "Whether a node has the duty");
            Expect.That(await TakeAsync(holder), "A node lost its duty.");
            Expect.That(await bench.Store.Nodes.TakeDutyAsync($"{bench.Name}.{step}", nodes[^1]), "Another duty was not to be had.");
            if (step == 0)
                await bench.DieAsync(holder);
            else
                await bench.Store.Nodes.DepartAsync(holder);
        }

        Task<bool> TakeAsync(Guid node) => bench.Store.Nodes.TakeDutyAsync(bench.Name, node);
    }

    private static async Task DutyRaceAsync(Bench bench)
    {
        var had = await Bench.ManyAsync(6, async _ => await bench.Store.Nodes.TakeDutyAsync(bench.Name, await bench.NodeAsync()));

        Expect.Same(1, had.Count(h => h), "Nodes that have the duty");
    }
}
