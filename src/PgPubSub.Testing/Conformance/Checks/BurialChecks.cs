using System.Text;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R7: a message that failed too often becomes exactly one dead letter.</summary>
internal static class BurialChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("R7", "A burial out of a lease makes one dead letter and no retry, however often it is sent", OfLeaseAsync),
        new("R7", "A burial of a claimed retry makes one dead letter, and the retry is over", OfRetryAsync),
        new("R7", "A later burial of the same offset by the same group replaces the earlier one", ReplacedAsync),
        new("R7", "A dead letter that replaced an earlier one died after those between", ReplacedLastAsync),
        new("R7", "Each group has dead letters of its own", GroupsAsync),
        new("R7", "A private subscriber's dead letter is written once for each offset, and each subscriber has its own", PrivateAsync),
        new("R7", "A dead letter holds the event as it was published, and who buried it, when and why", ContentAsync),
        new("R7", "Where a group keeps no dead letters a burial ends the message and writes none", DroppedAsync),
    ];

    private static async Task OfLeaseAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 5);
        var page = await bench.ClaimAsync(group, node);

        for (var i = 0; i < 3; i++)
            Expect.That(await bench.SettleAsync(group, node, page.Failed(Bury(2))), "The lease was not held.");
        Expect.That(await bench.SettleAsync(group, node, page.Failed(Nack(2))), "The lease was not held.");

        Expect.SameList([2L], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters");
        await bench.DieAsync(node);
        Expect.SameList([0L, 1L, 3L, 4L], await bench.HandedOutAsync(group), "What came back");
    }

    private static async Task OfRetryAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 2);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Nack(1)));
        var retry = Expect.One((await bench.RetriesAsync(group, node)).Retries, "Retries");

        Expect.That(await bench.SettleAsync(group, node, retry, Bury(1)), "The claimed retry was not held.");
        Expect.That(!await bench.SettleAsync(group, node, retry, Bury(1)), "A retry was held after it was buried.");

        Expect.SameList([1L], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters");
        await bench.DieAsync(node);
        Expect.SameList([], await bench.HandedOutAsync(group), "What came back");
    }

    private static async Task ReplacedAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 3);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Bury(1, attempts: 5)));
        await bench.Store.Subscriptions.SeekAsync(group, StartFrom.Earliest);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Bury(1, attempts: 7)));

        Expect.SameList([(1L, 7)], (await bench.DeadAsync(topic)).Select(d => (d.Event.Offset, d.Attempts)), "Dead letters and their attempts");
    }

    private static async Task ReplacedLastAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 2);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).Failed(Bury(0), Bury(1)));
        await bench.Store.Subscriptions.SeekAsync(group, StartFrom.Earliest);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Bury(0, attempts: 7)));

        var dead = await bench.DeadAsync(topic);
        Expect.SameList([(1L, 5), (0L, 7)], dead.Select(d => (d.Event.Offset, d.Attempts)), "Dead letters in the order in which they died, and their attempts");
    }

    private static async Task GroupsAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 2);
        var other = await bench.GroupAsync(topic, name: "other");
        foreach (var one in new[] { group, other })
            await bench.SettleAsync(one, node, (await bench.ClaimAsync(one, node)).AllBut(Bury(1)));

        Expect.SameList([("group", 1L), ("other", 1L)], (await bench.DeadAsync(topic)).Select(d => (d.Subscriber, d.Event.Offset)), "Dead letters");
    }

    private static async Task PrivateAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await bench.AppendAsync(topic, 3);
        foreach (var (subscriber, attempts) in new[] { ("a", 5), ("a", 9), ("b", 6) })
            await bench.Store.Deliveries.BuryPrivateAsync(topic, subscriber, Bury(1, attempts));
        await bench.Store.Deliveries.BuryPrivateAsync(topic, "a", Bury(2));

        var dead = await bench.DeadAsync(topic);
        Expect.SameList([("a", 1L, 5), ("b", 1L, 6), ("a", 2L, 5)], dead.Select(d => (d.Subscriber, d.Event.Offset, d.Attempts)), "Dead letters");
        Expect.That(dead.All(d => !d.IsGroup), "A private subscriber's dead letter says that a group buried it.");
    }

    private static async Task ContentAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        NewEvent[] sent =
        [
            new(Guid.CreateVersion7(), "paid", "key", "{ \"b\":1,  \"a\":2 }"u8.ToArray(), null, "{\"trace\":\"x\"}"u8.ToArray()),
            new(Guid.CreateVersion7(), "scanned", null, new byte[] { 0, 1, 255 }, "image/x", null),
        ];
        await bench.Store.Log.AppendAsync(topic, 0, sent);
        var (group, node) = (await bench.GroupAsync(topic), await bench.NodeAsync());
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).Failed(Bury(0, attempts: 3), Bury(1, attempts: 4)));

        var (stored, dead) = (await bench.ReadAsync(topic), await bench.DeadAsync(topic));
        Expect.SameList(stored.Select(Text), dead.Select(d => Text(d.Event)), "Events of dead letters");
        Expect.SameList(
            [("group", true, 3, "it failed too often"), ("group", true, 4, "it failed too often")], dead.Select(d => (d.Subscriber, d.IsGroup, d.Attempts, d.Why)), "Dead letters");
        Expect.That(dead.All(d => d.DiedAt >= d.Event.PublishedAt), "A dead letter died before its event was published.");

        static string Text(StoredEvent e) =>
            $"{e.Offset} {e.Id} {e.Type} {e.Key} {Convert.ToHexString(e.Data.Span)} {e.ContentType} {(e.Headers is { } h ? Encoding.UTF8.GetString(h.Span) : "none")} {e.PublishedAt:O}";
    }

    private static async Task DroppedAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 3, Bench.AtOnce with { DeadLetter = false });
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Bury(0), Nack(1)));
        var retry = Expect.One((await bench.RetriesAsync(group, node)).Retries, "Retries");
        Expect.That(await bench.SettleAsync(group, node, retry, Bury(1)), "The claimed retry was not held.");

        Expect.SameList([], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters");
        await bench.DieAsync(node);
        Expect.SameList([], await bench.HandedOutAsync(group), "What came back");
    }
}
