using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using static PgPubSub.Testing.Conformance.Answers;
using static PgPubSub.Testing.Conformance.Bench;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R9: the cursor of a group never moves back except by an explicit seek.</summary>
internal static class CursorChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("R9", "Claims move a group on and never back, however they are answered", ClaimsAsync),
        new("R9", "Neither a death, a departure nor a return moves a group", NodesAsync),
        new("R9", "Neither a pause, new rules, a redrive nor a trim moves a group", OperatorsAsync),
        new("R9", "A group that is there stays where it stands, wherever a member wants it to start", EnsuredAsync),
        new("R9", "A seek moves a group back or forth into a new generation", SoughtAsync),
        new("R9", "A seek goes by offset, time, earliest and latest, and below the floor means the floor", PlacesAsync),
        new("R9", "A seek drops what was out and what waited", DropsAsync),
        new("R9", "Claims beside a seek get each offset once in each generation", RaceAsync),
        new("R9", "A group that stands beyond the tail is handed the first event that gets there", BeyondAsync),
    ];

    private static async Task ClaimsAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 12);
        for (var i = 0; i < 15; i++)
        {
            var page = await bench.ClaimAsync(group, node, most: 1);
            Expect.Same((Math.Min(i, 12), Math.Min(i + 1, 12)), ((int)page.From, (int)page.Hi), "Where the group stood, and where it stands");
            if (!page.IsEmpty && i % 3 > 0)
                await bench.SettleAsync(group, node, i % 3 == 1 ? page.Whole() : page.Failed(Nack(page.Lo)));
            Expect.Same(Math.Min(i + 1, 12), (await bench.StatusAsync(group)).Position, "Its position");
        }
    }

    private static async Task NodesAsync(Bench bench)
    {
        var (_, group, dying) = await bench.SetAsync(events: 12);
        var (departing, losing) = (await bench.NodeAsync(), await bench.NodeAsync());
        foreach (var node in new[] { dying, departing })
            await bench.ClaimAsync(group, node, most: 3);
        var lost = await bench.ClaimAsync(group, losing, most: 3);

        await bench.DieAsync(dying);
        Expect.Same(9, (await bench.StatusAsync(group)).Position, "The group's position after a death");
        await bench.Store.Nodes.DepartAsync(departing);
        Expect.Same(9, (await bench.StatusAsync(group)).Position, "Its position after a departure");
        await bench.Store.Nodes.ReturnOrphansAsync(losing, [lost.Token]);
        Expect.Same(9, (await bench.StatusAsync(group)).Position, "Its position after a return");
        Expect.Same(9, (await bench.ClaimAsync(group, losing)).Lo, "Its next page");
    }

    private static async Task OperatorsAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 12);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node, most: 7)).AllBut(Bury(2)));

        await bench.Store.Subscriptions.PauseAsync(group, paused: true);
        await bench.Store.Subscriptions.PauseAsync(group, paused: false);
        await bench.EnsureGroupAsync(topic, AtOnce with { AckDeadline = TimeSpan.FromSeconds(7) }, StartFrom.Earliest, change: true);
        await bench.Store.DeadLetters.RedriveAsync(new DeadLetterFilter(topic), 0, 10);
        await bench.Store.Topics.TrimAsync(topic, bench.Stop);

        Expect.Same((7L, 1L), await bench.Store.Subscriptions.ReadGroupAsync(group, bench.Stop) is { } read ? (read.Position, read.Generation) : default, "Position and generation");
        Expect.Same(7, (await bench.ClaimAsync(group, node)).Lo, "The group's next page");
    }

    private static async Task EnsuredAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 12);
        await bench.ClaimAsync(group, node, most: 5);
        foreach (var from in new[] { StartFrom.Earliest, StartFrom.Latest, StartFrom.Offset(2), StartFrom.Time(DateTimeOffset.UnixEpoch) })
        {
            foreach (var change in new[] { false, true })
            {
                var found = await bench.EnsureGroupAsync(topic, from: from, change: change);
                Expect.Same((group, 5L, 1L, false), (found.Key, found.Position, found.Generation, found.Created), $"A group that is found with {from}");
            }
        }

        Expect.Same(5, (await bench.ClaimAsync(group, node)).Lo, "Its next page");
    }

    private static async Task SoughtAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 12);
        var generation = 1L;
        foreach (var place in new[] { 0L, 7L, 3L, 11L })
        {
            await bench.ClaimAsync(group, node, most: 2);
            var sought = await bench.Store.Subscriptions.SeekAsync(group, StartFrom.Offset(place));

            Expect.Same((group, ++generation, place), (sought.Key, sought.Generation, sought.Position), "Key, generation and position");
            var page = await bench.ClaimAsync(group, node, most: 1);
            Expect.Same((generation, place, place), (page.Generation, page.From, page.Lo), "Generation and place of the next page");
            Expect.SameList([place], page.Events.Select(e => e.Offset), "Its events");
        }
    }

    private static async Task PlacesAsync(Bench bench)
    {
        var (topic, group, _) = await bench.SetAsync(events: 4);
        await bench.Store.Topics.ClearTopicAsync(topic, bench.Stop);
        for (var i = 0; i < 4; i++)
            await bench.AppendAsync(topic, 1);
        var times = (await bench.ReadAsync(topic)).Select(e => e.PublishedAt).ToList();
        var places = new[]
        {
            (StartFrom.Earliest, 4), (StartFrom.Latest, 8), (StartFrom.Offset(1), 4), (StartFrom.Offset(6), 6), (StartFrom.Offset(20), 20),
            (StartFrom.Time(DateTimeOffset.UnixEpoch), 4), (StartFrom.Time(times[2]), 4 + times.IndexOf(times[2])), (StartFrom.Time(times[^1].AddDays(1)), 8),
        };

        foreach (var (to, place) in places)
        {
            var sought = await bench.Store.Subscriptions.SeekAsync(group, to);
            Expect.Same((place, 4), ((int)sought.Position, (int)sought.Floor), $"Position and floor after a seek to {to}");
        }
    }

    private static async Task DropsAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 8);
        var page = await bench.ClaimAsync(group, node, most: 4);
        await bench.SettleAsync(group, node, page.Failed(Nack(0), Nack(1), Nack(2, delay: TimeSpan.FromHours(1))));
        await bench.RetriesAsync(group, node, most: 1);

        await bench.Store.Subscriptions.SeekAsync(group, StartFrom.Offset(6));

        var status = await bench.StatusAsync(group);
        Expect.Same((0L, 0L, 6L), (status.InFlight, status.Retrying, status.Position), "What is out, what waits and the position");
        await bench.DieAsync(node);
        Expect.SameList([6L, 7L], await bench.HandedOutAsync(group), "What is handed out after that");
        await Expect.FaultAsync(
            FaultKind.Gone, () => bench.Store.Subscriptions.SeekAsync(group with { Subscription = int.MaxValue }, StartFrom.Earliest), "A seek of a group that is not there");
    }

    private static async Task RaceAsync(Bench bench)
    {
        const int count = 150;
        var (_, group, _) = await bench.SetAsync(count);

        var pages = await ManyAsync(5, async i =>
        {
            if (i == 0)
            {
                await bench.Store.Subscriptions.SeekAsync(group, StartFrom.Earliest);
                return [];
            }

            var (mine, node) = (new List<(long Generation, long Offset)>(), await bench.NodeAsync());
            while (await bench.ClaimAsync(group, node, most: 4) is { IsEmpty: false } page)
                mine.AddRange(page.Events.Select(e => (page.Generation, e.Offset)));
            return mine;
        });

        var last = await bench.ClaimAsync(group, await bench.NodeAsync());
        var all = pages.SelectMany(x => x).Concat(last.Events.Select(e => (last.Generation, e.Offset))).ToList();
        Expect.SameList(Range(0, count), all.Where(p => p.Item1 == 2).Select(p => p.Item2).Order(), "What was claimed in the new generation");
        Expect.Same(all.Count, all.Distinct().Count(), "Offsets claimed, and those of them that differ");
    }

    private static async Task BeyondAsync(Bench bench)
    {
        var (topic, _, node) = await bench.SetAsync(events: 2);
        var group = await bench.GroupAsync(topic, GroupRules.Default with { Retry = RetryRules.Default }, StartFrom.Offset(4), "beyond");

        Expect.That((await bench.ClaimAsync(group, node)).IsEmpty, "A group got events from before its start.");
        await bench.AppendAsync(topic, 2);
        Expect.That((await bench.ClaimAsync(group, node)).IsEmpty, "A group got events from before its start.");
        await bench.AppendAsync(topic, 2);
        Expect.SameList([4L, 5L], (await bench.ClaimAsync(group, node)).Events.Select(e => e.Offset), "What it gets when the log is there");
    }
}
