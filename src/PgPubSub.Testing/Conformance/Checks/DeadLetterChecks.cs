using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>Dead letters: listing and purging them.</summary>
internal static class DeadLetterChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("Dead letters", "They are listed in the order in which they died, a page at a time", PagesAsync),
        new("Dead letters", "A page takes no more bytes than it is asked for, but never less than one dead letter", BytesAsync),
        new("Dead letters", "They are found by number, subscriber, type and the time of their death, together or alone", FilterAsync),
        new("Dead letters", "They are purged by filter, in steps, and those that are not meant stay", PurgeAsync),
    ];

    private static async Task PagesAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await bench.AppendAsync(topic, 9);
        var order = new long[] { 4, 8, 0, 7, 2 };
        foreach (var offset in order)
            await bench.Store.Deliveries.BuryPrivateAsync(topic, "somebody", Bury(offset));

        var (listed, after) = (new List<BuriedEvent>(), 0L);
        while (await bench.Store.DeadLetters.ListDeadLettersAsync(new DeadLetterFilter(topic), after, 2, long.MaxValue, bench.Stop) is { Count: > 0 } page)
        {
            Expect.That(page.Count <= 2 && page.All(d => d.Id > after), "A page holds more than was asked for, or what was listed before.");
            listed.AddRange(page);
            after = page[^1].Id;
        }

        Expect.SameList(order, listed.Select(d => d.Event.Offset), "Dead letters");
        Expect.SameList(listed.Select(d => d.DiedAt).Order(), listed.Select(d => d.DiedAt), "Times of their deaths");
    }

    private static async Task BytesAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await bench.Store.Log.AppendAsync(topic, 0, [.. Bench.Events(4).Select(e => e with { ContentType = "text/plain", Data = new byte[90], Headers = "{\"h\":\"12\"}"u8.ToArray() })]);
        for (var offset = 0; offset < 4; offset++)
            await bench.Store.Deliveries.BuryPrivateAsync(topic, "somebody", Bury(offset));

        foreach (var (bytes, count) in new[] { (350L, 3), (300L, 3), (299L, 2), (1L, 1) })
        {
            var page = await bench.Store.DeadLetters.ListDeadLettersAsync(new DeadLetterFilter(topic), 0, 10, bytes, bench.Stop);
            Expect.SameList(Bench.Range(0, count), page.Select(d => d.Event.Offset), $"A page of at most {bytes} bytes");
        }
    }

    private static async Task FilterAsync(Bench bench)
    {
        var topic = await ManyAsync(bench);
        var all = await bench.DeadAsync(topic);
        Expect.SameList([0L, 1L, 2L, 3L], all.Select(d => d.Event.Offset), "All of them");
        var filter = new DeadLetterFilter(topic);

        foreach (var (meant, offsets) in new (DeadLetterFilter, long[])[]
        {
            (filter with { Id = all[2].Id }, [2]), (filter with { Subscriber = "a" }, [0, 1]), (filter with { Type = "even" }, [0, 2]), (filter with { Subscriber = "a", Type = "even" }, [0]),
            (filter with { DiedFrom = all[1].DiedAt }, [1, 2, 3]), (filter with { DiedBefore = all[1].DiedAt }, [0]), (filter with { DiedFrom = all[1].DiedAt, DiedBefore = all[3].DiedAt, Type = "odd" }, [1]),
            (filter with { Id = all[0].Id, Subscriber = "b" }, []), (filter with { Subscriber = "c" }, []), (new DeadLetterFilter(new TopicId(int.MaxValue)), []),
        })
        {
            var listed = await bench.Store.DeadLetters.ListDeadLettersAsync(meant, 0, 10, long.MaxValue, bench.Stop);
            Expect.SameList(offsets, listed.Select(d => d.Event.Offset), $"Those that meet {meant}");
        }
    }

    private static async Task PurgeAsync(Bench bench)
    {
        var topic = await ManyAsync(bench);
        var filter = new DeadLetterFilter(topic);

        Expect.Same((1, 0), await bench.PurgeAsync(filter with { Subscriber = "a", Type = "odd" }), "A purge of one");
        Expect.SameList([0L, 2L, 3L], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "What is left");
        var first = await bench.Store.DeadLetters.PurgeAsync(filter, 0, 2);
        Expect.Same((2, 0, true), (first.Done, first.Skipped, first.Next is not null), "The first step of a purge of all");
        Expect.SameList([3L], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "What is left");
        Expect.Same((1, 0), await bench.PurgeAsync(filter), "What the rest of it did");
        Expect.Same(new DeadLetterStep(0, 0, null), await bench.Store.DeadLetters.PurgeAsync(filter, 0, 2), "A purge of nothing");
    }

    // Four dead letters of two subscribers and two types, each with a time of its own.
    private static async Task<TopicId> ManyAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await bench.Store.Log.AppendAsync(topic, 0, [.. Bench.Events(4).Select((e, i) => e with { Type = i % 2 == 0 ? "even" : "odd" })]);
        for (var offset = 0; offset < 4; offset++)
            await bench.Store.Deliveries.BuryPrivateAsync(topic, offset < 2 ? "a" : "b", Bury(offset));
        return topic;
    }
}
