using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R8: retention takes nothing that a group has not settled or a live private subscriber has not read.</summary>
internal static class RetentionChecks
{
    private const int Events = 12;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly Retention Nothing = new() { Count = 0 };

    public static StoreCheck[] All { get; } =
    [
        new("R8", "What a group has not claimed stays", UnclaimedAsync, needsAgeing: true),
        new("R8", "What is leased stays until it is settled", LeasedAsync, needsAgeing: true),
        new("R8", "What waits for another attempt stays until it is settled, claimed or not", RetriedAsync, needsAgeing: true),
        new("R8", "What a private subscriber's mark holds stays, until the mark moves or its node is gone", MarkedAsync, needsAgeing: true),
        new("R8", "What is younger than a minute stays", YoungAsync),
        new("R8", "A limit by count keeps as many of the newest settled events", CountAsync, needsAgeing: true),
        new("R8", "A limit by age takes what is older, and where both limits are set either takes", AgeAsync, needsAgeing: true),
        new("R8", "Without a limit nothing is taken, and a new rule holds from the next trim on", AlteredAsync, needsAgeing: true),
        new("R8", "A floor never sinks; offsets go on, and whoever starts below it starts at it", FloorAsync, needsAgeing: true),
        new("R8", "A mark that is told a floor at or below it holds, also where a trim runs beside it", MarkRaceAsync, needsAgeing: true),
        new("R8", "Dead letters go when they are over their age, and not before", DeadLettersAsync, needsAgeing: true),
    ];

    private static async Task UnclaimedAsync(Bench bench)
    {
        var (topic, group, node) = await OldAsync(bench, Nothing);
        await bench.GroupAsync(topic, from: StartFrom.Latest, name: "other");
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node, most: 4)).Whole());

        await TrimsToAsync(bench, topic, 4);
        Expect.SameList(Bench.Range(4, Events + 1), await bench.HandedOutAsync(group), "What the group is handed after the trim");
    }

    private static async Task LeasedAsync(Bench bench)
    {
        var (topic, group, node) = await OldAsync(bench, Nothing);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node, most: 3)).Whole());
        var leased = await bench.ClaimAsync(group, node, most: 4);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).Whole());

        await TrimsToAsync(bench, topic, 3);
        Expect.That(await bench.SettleAsync(group, node, leased.Whole()), "The lease was not held after the trim.");
        await TrimsToAsync(bench, topic, Events);
    }

    private static async Task RetriedAsync(Bench bench)
    {
        var (topic, group, node) = await OldAsync(bench, Nothing);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Nack(5), Nack(9, delay: Hour * 100)));

        await TrimsToAsync(bench, topic, 5);
        var retry = Expect.One((await bench.RetriesAsync(group, node)).Retries, "Retries");
        await TrimsToAsync(bench, topic, 5);
        await bench.SettleAsync(group, node, retry);
        await TrimsToAsync(bench, topic, 9);
    }

    private static async Task MarkedAsync(Bench bench)
    {
        var (topic, group, node) = await OldAsync(bench, Nothing);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).Whole());
        var (departing, dying) = (await bench.NodeAsync(), await bench.NodeAsync());
        foreach (var (one, low) in new[] { (departing, 2), (dying, 4), (node, 6) })
            Expect.SameList([0L], await bench.Store.Nodes.MarkAsync(one, [new TopicMark(topic, low)]), "The floor that a mark is told");

        await TrimsToAsync(bench, topic, 2);
        await bench.Store.Nodes.DepartAsync(departing);
        await TrimsToAsync(bench, topic, 4);
        await bench.DieAsync(dying);
        await TrimsToAsync(bench, topic, 6);
        Expect.SameList([6L], await bench.Store.Nodes.MarkAsync(node, [new TopicMark(topic, 9)]), "The floor that a mark is told");
        await TrimsToAsync(bench, topic, 9);
        await bench.Store.Nodes.MarkAsync(node, [new TopicMark(topic, null)]);
        await TrimsToAsync(bench, topic, Events);
    }

    private static async Task YoungAsync(Bench bench)
    {
        var topic = await bench.TopicAsync(Nothing);
        await bench.AppendAsync(topic, Events);

        await TrimsToAsync(bench, topic, 0);
    }

    private static async Task CountAsync(Bench bench)
    {
        foreach (var (count, floor) in new[] { (0, 8), (3, 5), (8, 0), (100, 0) })
        {
            var topic = await bench.TopicAsync(new Retention { Count = count }, $"count{count}");
            await bench.AppendAsync(topic, Events);
            await bench.MakeOlderAsync(topic, Hour);
            await bench.GroupAsync(topic, from: StartFrom.Offset(8));

            await TrimsToAsync(bench, topic, floor);
        }
    }

    private static async Task AgeAsync(Bench bench)
    {
        foreach (var (name, retention, floor) in new[]
        {
            ("old", new Retention { Age = 3 * Hour }, 0), ("age", new Retention { Age = Hour / 2 }, 6), ("young", new Retention { Age = Hour / 60 }, 10),
            ("age first", new Retention { Age = Hour / 2, Count = 8 }, 6), ("count first", new Retention { Age = Hour / 2, Count = 3 }, 7),
        })
        {
            var topic = await bench.TopicAsync(retention, name);
            await bench.AppendAsync(topic, 6);
            await bench.MakeOlderAsync(topic, Hour);
            await bench.AppendAsync(topic, 4);
            await bench.MakeOlderAsync(topic, Hour / 12);
            await bench.AppendAsync(topic, 2);
            await bench.GroupAsync(topic, from: StartFrom.Offset(10));

            await TrimsToAsync(bench, topic, floor);
        }
    }

    private static async Task AlteredAsync(Bench bench)
    {
        var topic = await bench.TopicAsync(Retention.Forever);
        await bench.AppendAsync(topic, Events);
        await bench.MakeOlderAsync(topic, Hour);
        await TrimsToAsync(bench, topic, 0);

        await bench.Store.Topics.AlterTopicAsync(topic, new Retention { Count = 2 });

        await TrimsToAsync(bench, topic, Events - 2);
    }

    private static async Task FloorAsync(Bench bench)
    {
        var topic = await bench.TopicAsync(new Retention { Count = 2 });
        await bench.AppendAsync(topic, Events);
        await bench.MakeOlderAsync(topic, Hour);
        await TrimsToAsync(bench, topic, 10);
        await bench.Store.Topics.AlterTopicAsync(topic, new Retention { Count = 5 });
        await TrimsToAsync(bench, topic, 10);

        Expect.Same((10L, 12L), ((await bench.StateAsync(topic)).Floor, (await bench.StateAsync(topic)).Tail), "Floor and tail");
        foreach (var (from, place) in new[] { (StartFrom.Earliest, 10), (StartFrom.Offset(3), 10), (StartFrom.Offset(11), 11), (StartFrom.Time(DateTimeOffset.UnixEpoch), 10) })
            Expect.Same(place, await bench.Store.Log.LocateAsync(topic, from, bench.Stop), $"Where {from} lies");
        var group = await bench.EnsureGroupAsync(topic, from: StartFrom.Offset(3));
        Expect.Same((10L, 10L), (group.Position, group.Floor), "Position and floor of a new group");

        await bench.AppendAsync(topic, 1);
        Expect.SameList([10L, 11L, 12L], await bench.OffsetsAsync(topic), "Offsets after an append");
    }

    private static async Task MarkRaceAsync(Bench bench)
    {
        var node = await bench.NodeAsync();
        for (var round = 0; round < 8; round++)
        {
            var topic = await bench.TopicAsync(Nothing, $"race{round}");
            await bench.AppendAsync(topic, Events);
            await bench.MakeOlderAsync(topic, Hour);

            var floors = await Bench.ManyAsync(2, async i => i == 0
                ? (await bench.Store.Topics.TrimAsync(topic, bench.Stop)).Floor
                : (await bench.Store.Nodes.MarkAsync(node, [new TopicMark(topic, 4)]))[0]);

            await bench.Store.Topics.TrimAsync(topic, bench.Stop);
            var floor = (await bench.StateAsync(topic)).Floor;
            Expect.That(floors[1] <= 4 ? floor == 4 : floor == floors[1], $"A mark at 4 was told the floor {floors[1]}, and the floor is {floor}.");
        }
    }

    private static async Task DeadLettersAsync(Bench bench)
    {
        var topic = await bench.TopicAsync(new Retention { DeadLetterAge = Hour });
        await bench.AppendAsync(topic, 2);
        await bench.Store.Deliveries.BuryPrivateAsync(topic, "old", Bury(0));
        Expect.Same(0, (await bench.Store.Topics.TrimAsync(topic, bench.Stop)).DeadLetters, "Dead letters that went before their time");
        await bench.MakeOlderAsync(topic, 2 * Hour);
        await bench.Store.Deliveries.BuryPrivateAsync(topic, "new", Bury(0));

        Expect.Same(1, (await bench.Store.Topics.TrimAsync(topic, bench.Stop)).DeadLetters, "Dead letters that went");
        Expect.SameList(["new"], (await bench.DeadAsync(topic)).Select(d => d.Subscriber), "Dead letters that are left");
    }

    private static async Task<(TopicId Topic, GroupKey Group, Guid Node)> OldAsync(Bench bench, Retention retention)
    {
        var set = await bench.SetAsync(Events + 1, retention: retention);
        await bench.MakeOlderAsync(set.Topic, Hour);
        await bench.GroupAsync(set.Topic, from: StartFrom.Offset(Events), name: "at the last event"); // which a store may keep for itself
        return set;
    }

    private static async Task TrimsToAsync(Bench bench, TopicId topic, long floor)
    {
        var (before, tail) = ((await bench.StateAsync(topic)).Floor, (await bench.StateAsync(topic)).Tail);
        Expect.Same(new TrimResult(floor, before, 0, 0), await bench.Store.Topics.TrimAsync(topic, bench.Stop), "What the trim did");
        Expect.SameList(Bench.Range(floor, tail), await bench.OffsetsAsync(topic), "What is left after the trim");
    }
}
