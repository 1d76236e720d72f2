using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Bench;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R1: a topic's offsets are 0, 1, 2, ... without a gap, in commit order.</summary>
internal static class AppendChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("R1", "Offsets begin at 0 and go on without a gap from batch to batch", OneByOneAsync),
        new("R1", "Many who append at once leave no gap, and each batch stands together in its order", AtOnceAsync),
        new("R1", "Who reads while others append never sees an offset before all below it", FollowedAsync),
        new("R1", "Events that come later are never published earlier", TimesAsync),
    ];

    private static async Task OneByOneAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        var sent = new List<NewEvent>();
        foreach (var count in new[] { 1, 3, 1, 10 })
        {
            var events = Events(count);
            Expect.Same(new AppendOutcome(sent.Count), await bench.Store.Log.AppendAsync(topic, sent.Count, events), "The first offset of a batch");
            sent.AddRange(events);
        }

        var stored = await bench.ReadAsync(topic);
        Expect.SameList(Range(0, sent.Count), stored.Select(e => e.Offset), "Offsets");
        Expect.SameList(sent.Select(e => e.Id), stored.Select(e => e.Id), "Ids in the order in which they were sent");
        Expect.Same(sent.Count, (await bench.StateAsync(topic)).Tail, "The tail");
    }

    private static async Task AtOnceAsync(Bench bench)
    {
        const int appenders = 8, batches = 15, size = 4;
        var topic = await bench.TopicAsync();

        var done = await ManyAsync(appenders, async _ =>
        {
            var mine = new List<(long First, NewEvent[] Events)>();
            for (var i = 0; i < batches; i++)
            {
                var events = Events(size);
                var outcome = await bench.Store.Log.AppendAsync(topic, mine.Count == 0 ? 0 : mine[^1].First + size, events);
                Expect.That(outcome.First is not null, "A batch was not written.");
                Expect.That(mine.Count == 0 || outcome.First > mine[^1].First, "A batch got a lower offset than the one that was confirmed before it.");
                mine.Add((outcome.First!.Value, events));
            }

            return mine;
        });

        var stored = await bench.ReadAsync(topic);
        Expect.SameList(Range(0, appenders * batches * size), stored.Select(e => e.Offset), "Offsets");
        foreach (var (first, events) in done.SelectMany(x => x))
            Expect.SameList(events.Select(e => e.Id), stored.Skip((int)first).Take(size).Select(e => e.Id), $"The batch that was confirmed at {first}");
    }

    private static async Task FollowedAsync(Bench bench)
    {
        const int appenders = 4, batches = 15;
        var topic = await bench.TopicAsync();
        var appending = ManyAsync(appenders, async _ =>
        {
            for (var i = 0; i < batches; i++)
                await bench.Store.Log.AppendAsync(topic, 0, Events(1 + (i % 3)));
            return true;
        });

        var next = 0L;
        while (true)
        {
            var over = appending.IsCompleted;
            var page = await bench.Store.Log.ReadAsync(topic, next, 1_000, long.MaxValue, bench.Stop);
            Expect.SameList(Range(next, next + page.Count), page.Select(e => e.Offset), "What is read after what was read before");
            next += page.Count;
            if (over && page.Count == 0)
                break;
        }

        await appending;
        Expect.Same((await bench.StateAsync(topic)).Tail, next, "How far the reader came");
    }

    private static async Task TimesAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await ManyAsync(6, async _ =>
        {
            for (var i = 0; i < 10; i++)
                await bench.Store.Log.AppendAsync(topic, 0, Events(2));
            return true;
        });

        var times = (await bench.ReadAsync(topic)).Select(e => e.PublishedAt).ToList();
        Expect.SameList(times.Order(), times, "Times of publishing");
    }
}
