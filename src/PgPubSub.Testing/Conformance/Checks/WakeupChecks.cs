using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>Hints between nodes. Other nodes of a shared store may send hints too: those are passed over.</summary>
internal static class WakeupChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static StoreCheck[] All { get; } =
    [
        new("Wake-ups", "A hint reaches every open line", HintAsync),
        new("Wake-ups", "Hints of thousands of topics arrive all", ManyAsync),
        new("Wake-ups", "Silence ends a wait without a hint, and an append alone sends none", SilenceAsync),
        new("Wake-ups", "A wait that is given up loses no hint", GivenUpAsync),
        new("Wake-ups", "A node's lock is seen while its line is open and not after", LockAsync),
        new("Wake-ups", "Only one line holds a node's lock", OneLockAsync),
    ];

    private static async Task HintAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await using var first = await OpenAsync(bench);
        await using var second = await OpenAsync(bench);
        var waiting = HeardAsync(bench, first, topic, 1);

        await bench.Store.Wakeups.NotifyAsync([new TopicTail(topic, 7)]);

        Expect.SameList([7L], await waiting, "What a line heard that was waiting");
        Expect.SameList([7L], await HeardAsync(bench, second, topic, 1), "What a line heard that was not");
    }

    private static async Task ManyAsync(Bench bench)
    {
        const int topics = 3_000;
        await using var line = await OpenAsync(bench);
        var tails = Enumerable.Range(int.MaxValue - topics, topics).Select(i => new TopicTail(new TopicId(i), i * 1_000_000_000L)).ToList();

        await bench.Store.Wakeups.NotifyAsync(tails);

        var missing = tails.ToHashSet();
        while (missing.Count > 0)
            missing.ExceptWith(await line.WaitAsync(Patience, bench.Stop));
    }

    private static async Task SilenceAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await using var line = await OpenAsync(bench);
        await bench.AppendAsync(topic, 3);

        var heard = await line.WaitAsync(TimeSpan.FromMilliseconds(1), bench.Stop);

        Expect.That(heard.All(tail => tail.Topic != topic), "An append sent a hint by itself.");
    }

    private static async Task GivenUpAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await using var line = await OpenAsync(bench);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(bench.Stop);
        var waiting = line.WaitAsync(Patience, stop.Token);
        await stop.CancelAsync();
        try
        {
            await waiting; // somebody else's hint may have ended it before
        }
        catch (OperationCanceledException)
        {
            bench.Stop.ThrowIfCancellationRequested();
        }

        await bench.Store.Wakeups.NotifyAsync([new TopicTail(topic, 7)]);
        Expect.SameList([7L], await HeardAsync(bench, line, topic, 1), "What the line heard after that");
    }

    private static async Task LockAsync(Bench bench)
    {
        var node = await bench.NodeAsync();
        Expect.That(!(await bench.SeeAsync(node)).LockHeld, "The lock of a node without a line was seen.");
        var line = await OpenAsync(bench, node);
        Expect.Same(line.KeepsLock, (await bench.SeeAsync(node)).LockHeld, "Whether the lock is seen, where the line says that it keeps it");

        await line.DisposeAsync();

        while ((await bench.SeeAsync(node)).LockHeld)
            bench.Stop.ThrowIfCancellationRequested();
    }

    private static async Task OneLockAsync(Bench bench)
    {
        var node = await bench.NodeAsync();
        await using var first = await OpenAsync(bench, node);
        await using var second = await OpenAsync(bench, node);

        Expect.That(!second.KeepsLock, "Two lines say that they hold the same lock.");
    }

    private static async Task<IWakeupLine> OpenAsync(Bench bench, Guid? node = null) =>
        await bench.Store.Wakeups.OpenAsync(node ?? await bench.NodeAsync(), bench.Stop)
            ?? throw new ConformanceException("No line is to be had: the store says that a pooler stands in between.");

    // What a line hears of one topic.
    private static async Task<IReadOnlyList<long>> HeardAsync(Bench bench, IWakeupLine line, TopicId topic, int count)
    {
        var heard = new List<long>();
        while (heard.Count < count)
            heard.AddRange((await line.WaitAsync(Patience, bench.Stop)).Where(tail => tail.Topic == topic).Select(tail => tail.Tail));
        return heard;
    }
}
