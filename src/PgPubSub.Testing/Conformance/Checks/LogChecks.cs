using System.Globalization;
using System.Text;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Bench;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>The log: what goes in comes out, and a read takes what it asks for.</summary>
internal static class LogChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("Log", "An event comes out as it was sent, whatever it holds", ContentAsync),
        new("Log", "A large event comes out as it was sent", LargeAsync),
        new("Log", "A read begins where it is told to and takes no more events and bytes than it asks for, but never less than one event", BoundsAsync),
        new("Log", "A start is found by offset, by time, at the earliest event and at the tail", LocateAsync),
        new("Log", "A topic is made once, however many make it at once, and found by its name", EnsuredAsync),
        new("Log", "Topics are kept apart", ApartAsync),
    ];

    private static async Task ContentAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        NewEvent[] sent =
        [
            Event("""{ "b": 1,  "a": "ü€😀\u0000", "b": 2 }"""), Event("null"), Event("\"text\""), Event(" [1.50, 1e400, -0] "), Event("{}") with { Key = "clé 'x'" },
            Event("{}") with { Headers = """{"trace": "00-1", "trace": "again"}"""u8.ToArray() }, Event("") with { ContentType = "text/plain" },
            Event("\0\u0001") with { ContentType = "application/octet-stream", Type = "'; DROP TABLE event; --" },
        ];
        await bench.Store.Log.AppendAsync(topic, 0, sent);
        foreach (var one in sent)
            await bench.Store.Log.AppendAsync(topic, sent.Length, [one with { Id = Guid.CreateVersion7() }]);

        var stored = await bench.ReadAsync(topic);

        Expect.SameList(sent.Concat(sent).Select(Text), stored.Select(e => Text(new NewEvent(e.Id, e.Type, e.Key, e.Data, e.ContentType, e.Headers))), "Events");
        Expect.SameList(sent.Select(e => e.Id), stored.Take(sent.Length).Select(e => e.Id), "Ids");

        static string Text(NewEvent e) =>
            $"{e.Type} {e.Key ?? "none"} {(e.ContentType is null ? Encoding.UTF8.GetString(e.Data.Span) : Convert.ToHexString(e.Data.Span))} {e.ContentType ?? "none"} {(e.Headers is { } h ? Encoding.UTF8.GetString(h.Span) : "none")}";
    }

    private static async Task LargeAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        var bytes = Enumerable.Range(0, 3_000_000).Select(i => (byte)i).ToArray();
        await bench.Store.Log.AppendAsync(topic, 0, [Event($"\"{new string('x', 3_000_000)}\""), Event("") with { Data = bytes, ContentType = "a/b" }]);

        var stored = await bench.ReadAsync(topic);

        Expect.Same(2, stored.Count, "Events");
        Expect.Same(3_000_002, stored[0].Data.Length, "Bytes of JSON");
        Expect.That(stored[1].Data.Span.SequenceEqual(bytes), "Three million bytes came out otherwise than they went in.");
    }

    private static async Task BoundsAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await bench.Store.Log.AppendAsync(topic, 0, [.. Events(10).Select(e => e with { ContentType = "text/plain", Data = new byte[90], Headers = "{\"a\":\"bc\"}"u8.ToArray() })]);

        foreach (var (from, most, bytes, to) in new[] { (0, 3, long.MaxValue, 3), (2, 10, 250L, 4), (2, 10, 300L, 5), (5, 10, 10L, 6), (8, 1_000, long.MaxValue, 10), (10, 10, 1L, 10), (50, 10, 1L, 50) })
        {
            var page = await bench.Store.Log.ReadAsync(topic, from, most, bytes, bench.Stop);
            Expect.SameList(Range(from, to), page.Select(e => e.Offset), $"A read from {from} of at most {most} events and {bytes} bytes");
        }
    }

    private static async Task LocateAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        for (var i = 0; i < 7; i++)
            await bench.AppendAsync(topic, 2);
        var times = (await bench.ReadAsync(topic)).Select(e => e.PublishedAt).ToList();

        foreach (var (from, place) in new[] { (StartFrom.Earliest, 0), (StartFrom.Latest, 14), (StartFrom.Offset(4), 4), (StartFrom.Offset(99), 99) })
            Expect.Same(place, await bench.Store.Log.LocateAsync(topic, from, bench.Stop), $"Where {from} lies");
        foreach (var time in times.Append(DateTimeOffset.UnixEpoch).Append(times[^1].AddYears(1)))
        {
            var place = times.FindIndex(t => t >= time);
            Expect.Same(place < 0 ? times.Count : place, (int)await bench.Store.Log.LocateAsync(topic, StartFrom.Time(time), bench.Stop), "Where a time lies");
        }

        await Expect.FaultAsync(FaultKind.Gone, () => bench.Store.Log.LocateAsync(new TopicId(int.MaxValue), StartFrom.Earliest, bench.Stop), "A start in a topic that is not there");
    }

    private static async Task EnsuredAsync(Bench bench)
    {
        var name = $"{bench.Name}.many";
        Expect.That(await bench.Store.Log.FindTopicAsync(name, bench.Stop) is null, "A topic was found before it was made.");

        var made = await ManyAsync(8, _ => bench.EnsureTopicAsync(name, Retention.Forever));

        Expect.Same(1, made.Distinct().Count(), "Topics made");
        Expect.Same(made[0], await bench.Store.Log.FindTopicAsync(name, bench.Stop), "The topic that is found");
        await bench.AppendAsync(made[0].Id, 3);
        Expect.Same(new TopicState(made[0].Id, 0, 3), await bench.EnsureTopicAsync(name, Retention.Forever), "The topic after an append");
    }

    private static async Task ApartAsync(Bench bench)
    {
        var topics = new List<TopicId>();
        for (var i = 0; i < 3; i++)
            topics.Add(await bench.TopicAsync(name: i.ToString(CultureInfo.InvariantCulture)));
        foreach (var topic in topics.Concat(topics))
            await bench.AppendAsync(topic, 2);

        foreach (var topic in topics)
            Expect.SameList(Range(0, 4), await bench.OffsetsAsync(topic), "Offsets");
        await bench.Store.Topics.ClearTopicAsync(topics[1], bench.Stop);
        Expect.SameList([4, 0, 4], (await Task.WhenAll(topics.Select(bench.OffsetsAsync))).Select(o => o.Count), "Events of each after one was cleared");
    }
}
