using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>How far groups are behind.</summary>
internal static class GroupMeasureChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("Groups", "Groups are measured in the order in which they are asked for, without those that are gone", OrderAsync),
        new("Groups", "A group's lag is what was never claimed, and its age that of the first such event", LagAsync, needsAgeing: true),
        new("Groups", "The oldest event that a group has not settled is found in leases, retries and what was never claimed", OldestAsync, needsAgeing: true),
        new("Groups", "A lease that is settled in part is as old as its first open event", PartAsync, needsAgeing: true),
        new("Groups", "What is redriven is as old as its event, also when the log has it no more", RedrivenAsync, needsAgeing: true),
        new("Groups", "A seek leaves nothing open of what was out before it", SoughtAsync, needsAgeing: true),
        new("Groups", "What a topic keeps no more does not count as unsettled", ClearedAsync),
    ];

    private static async Task OrderAsync(Bench bench)
    {
        var (a, b) = (await bench.TopicAsync(name: "a"), await bench.TopicAsync(name: "b"));
        await bench.AppendAsync(b, 2);
        var (first, second, gone, last) = (await bench.GroupAsync(b, name: "x"), await bench.GroupAsync(a, name: "y"), await bench.GroupAsync(a, name: "z"), await bench.GroupAsync(b, name: "w"));
        await bench.Store.Subscriptions.DropGroupAsync(gone);

        var measured = await bench.Store.Subscriptions.MeasureAsync([last, gone, second, first], bench.Stop);

        Expect.SameList(
            [(last, bench.NameOf(b), "w", 2L), (second, bench.NameOf(a), "y", 0L), (first, bench.NameOf(b), "x", 2L)],
            measured.Select(m => (m.Key, m.Topic, m.Group, m.Lag)), "Groups that are there");
        Expect.SameList([], await bench.Store.Subscriptions.MeasureAsync([], bench.Stop), "None of none");
    }

    private static async Task LagAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 3);
        await bench.MakeOlderAsync(topic, TimeSpan.FromHours(3));
        await bench.AppendAsync(topic, 2);

        Expect.Same((5L, 3, 3), await HoursAsync(bench, group), "Lag, and hours of the first event that was never claimed and that is not settled");
        var page = await bench.ClaimAsync(group, node, most: 3);
        Expect.Same((2L, 0, 3), await HoursAsync(bench, group), "When three are out");
        await bench.SettleAsync(group, node, page.Whole());
        Expect.Same((2L, 0, 0), await HoursAsync(bench, group), "When they are settled");
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).Whole());
        Expect.Same((0L, null, null), await HoursAsync(bench, group), "When all is");
    }

    private static async Task OldestAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 1);
        await bench.MakeOlderAsync(topic, TimeSpan.FromHours(4));
        await bench.AppendAsync(topic, 1);
        await bench.MakeOlderAsync(topic, TimeSpan.FromHours(2)); // now 6 and 2 hours old
        await bench.AppendAsync(topic, 1);
        var (old, next) = (await bench.ClaimAsync(group, node, most: 1), await bench.ClaimAsync(group, node, most: 1));

        Expect.Same((1L, 0, 6), await HoursAsync(bench, group), "While the oldest is out");
        await bench.SettleAsync(group, node, old.Failed(Nack(0)));
        Expect.Same((1L, 0, 6), await HoursAsync(bench, group), "While it waits for another attempt");
        await bench.SettleAsync(group, node, Expect.One((await bench.RetriesAsync(group, node)).Retries, "Retries"));
        Expect.Same((1L, 0, 2), await HoursAsync(bench, group), "When it is settled");
        await bench.SettleAsync(group, node, next.Failed(Nack(1, delay: TimeSpan.FromHours(1))));
        Expect.Same((1L, 0, 2), await HoursAsync(bench, group), "While the next waits for its time");
    }

    private static async Task PartAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 2);
        await bench.MakeOlderAsync(topic, TimeSpan.FromHours(4));
        await bench.AppendAsync(topic, 2);
        await bench.MakeOlderAsync(topic, TimeSpan.FromHours(1)); // now 5 hours and 1 hour old
        var page = await bench.ClaimAsync(group, node);

        await bench.SettleAsync(group, node, page.Acked(1));
        Expect.Same((0L, null, 5), await HoursAsync(bench, group), "While its first is open");
        await bench.SettleAsync(group, node, page.Acked(0));
        Expect.Same((0L, null, 1), await HoursAsync(bench, group), "When its first two are settled");
    }

    private static async Task RedrivenAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 2);
        await bench.MakeOlderAsync(topic, TimeSpan.FromHours(7));
        await bench.AppendAsync(topic, 1);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Bury(0)));
        Expect.Same((0L, null, null), await HoursAsync(bench, group), "When all is settled but for a dead letter");
        await bench.Store.Topics.ClearTopicAsync(topic, bench.Stop);

        await bench.RedriveAsync(new DeadLetterFilter(topic));

        Expect.Same((0L, null, 7), await HoursAsync(bench, group), "When it was redriven");
    }

    private static async Task SoughtAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 4);
        await bench.MakeOlderAsync(topic, TimeSpan.FromHours(5));
        await bench.AppendAsync(topic, 1);
        var page = await bench.ClaimAsync(group, node, most: 2);
        await bench.SettleAsync(group, node, page.Failed(Nack(0)));
        Expect.Same((3L, 5, 5), await HoursAsync(bench, group), "Before the seek");

        await bench.Store.Subscriptions.SeekAsync(group, StartFrom.Offset(4));
        Expect.Same((1L, 0, 0), await HoursAsync(bench, group), "After it");
        await bench.Store.Subscriptions.SeekAsync(group, StartFrom.Earliest);
        await bench.ClaimAsync(group, node, most: 4);
        Expect.Same((1L, 0, 5), await HoursAsync(bench, group), "When it was sought back, and what lies below all that was seen before is out again");
    }

    private static async Task ClearedAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 5);
        var (all, part) = (await bench.ClaimAsync(group, node, most: 2), await bench.ClaimAsync(group, node, most: 2));
        await bench.SettleAsync(group, node, part.Acked(3));
        await bench.SettleAsync(group, node, all.Failed(Nack(1)));
        await bench.RetriesAsync(group, node);

        await bench.Store.Topics.ClearTopicAsync(topic, bench.Stop);
        Expect.Same((null, null), await MeasureAsync(bench, group) is var m ? (m.LagAge, m.OldestUnsettled) : default, "Ages when the topic keeps nothing");

        await bench.AppendAsync(topic, 2);
        Expect.That(await MeasureAsync(bench, group) is { LagAge: not null, OldestUnsettled: not null }, "What came after that is not measured.");
        await bench.ClaimAsync(group, node);
        Expect.That(await MeasureAsync(bench, group) is { Lag: 0, LagAge: null, OldestUnsettled: not null }, "What came after that is not measured while it is out, behind what is out of what is gone.");
    }

    private static async Task<(long Lag, int? LagAge, int? Oldest)> HoursAsync(Bench bench, GroupKey group)
    {
        var measure = await MeasureAsync(bench, group);
        Expect.Same((await bench.StatusAsync(group)).Lag, measure.Lag, "The lag as it is listed");
        return (measure.Lag, (int?)measure.LagAge?.TotalHours, (int?)measure.OldestUnsettled?.TotalHours);
    }

    private static async Task<GroupMeasure> MeasureAsync(Bench bench, GroupKey group) =>
        Expect.One(await bench.Store.Subscriptions.MeasureAsync([group], bench.Stop), "Measures of one group");
}
