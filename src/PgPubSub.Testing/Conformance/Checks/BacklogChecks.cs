using PgPubSub.Core.Nodes;
using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R8: where a topic's rule takes what is not settled, or all of it is cleared, readers are told of the gap.</summary>
internal static class BacklogChecks
{
    private const int Events = 10;
    private static readonly Retention Three = new() { MaxBacklogEvents = 3 };

    public static StoreCheck[] All { get; } =
    [
        new("R8", "A backlog over its limit is cut, however young, and a claim tells what the group has lost", CutAsync),
        new("R8", "A backlog within its limit stays", WithinAsync),
        new("R8", "Only what somebody still needed counts as forced", ForcedAsync),
        new("R8", "A backlog's age limit cuts what is older", AgeAsync, needsAgeing: true),
        new("R8", "A group that lags behind a cleared topic is told so, once, and goes on at the floor", ClearedAsync),
        new("R8", "A mark is told that the floor has passed it", MarkAsync),
        new("R8", "What waits for another attempt below a cut goes; what was claimed stays with its holder", RetriesAsync),
        new("R8", "A claimed retry whose event is gone comes back as lost, and can be settled", LostAsync),
        new("R8", "What came back without its event after a cut is told as lost, and no trim that cuts nothing takes it before", ToldAsync),
        new("R8", "A lease whose events were cut can be found and settled; what fails of it is lost and leaves no dead letter", LeaseAsync),
    ];

    private static async Task CutAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(Events, retention: Three);

        Expect.Same(new TrimResult(7, 0, 7, 0), await bench.Store.Topics.TrimAsync(topic, bench.Stop), "What the trim did");

        Expect.SameList([7L, 8L, 9L], await bench.OffsetsAsync(topic), "What is left");
        Expect.Same((0L, true), await bench.StatusAsync(group) is var status ? (status.Position, status.LagAge is not null) : default, "The group's position, and whether its lag has an age");
        var page = await bench.ClaimAsync(group, node);
        Expect.Same((0L, 7L, 10L), (page.From, page.Lo, page.Hi), "Where the group stood, and its next page");
        Expect.SameList([7L, 8L, 9L], page.Events.Select(e => e.Offset), "Events of the page");
    }

    private static async Task WithinAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(3, retention: Three);

        Expect.Same(new TrimResult(0, 0, 0, 0), await bench.Store.Topics.TrimAsync(topic, bench.Stop), "What the trim did");

        Expect.Same((0L, 0L, 3L), await bench.ClaimAsync(group, node) is var page ? (page.From, page.Lo, page.Hi) : default, "The group's next page");
    }

    private static async Task ForcedAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(Events, retention: Three);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node, most: 4)).Whole());

        Expect.Same(new TrimResult(7, 0, 3, 0), await bench.Store.Topics.TrimAsync(topic, bench.Stop), "What the trim did");
        await bench.AppendAsync(topic, 2);
        Expect.Same(new TrimResult(9, 7, 2, 0), await bench.Store.Topics.TrimAsync(topic, bench.Stop), "What the next trim did");
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).Whole());
        await bench.AppendAsync(topic, 2);
        Expect.Same(new TrimResult(11, 9, 0, 0), await bench.Store.Topics.TrimAsync(topic, bench.Stop), "What a trim did that took settled events alone");
    }

    private static async Task AgeAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(6, retention: new Retention { MaxBacklogAge = TimeSpan.FromMinutes(30) });
        await bench.MakeOlderAsync(topic, TimeSpan.FromHours(1));
        await bench.AppendAsync(topic, 4);

        Expect.Same(new TrimResult(6, 0, 6, 0), await bench.Store.Topics.TrimAsync(topic, bench.Stop), "What the trim did");
        Expect.Same((0L, 6L), await bench.ClaimAsync(group, node) is var page ? (page.From, page.Lo) : default, "Where the group stood, and its next page");
    }

    private static async Task ClearedAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(Events);
        await bench.ClaimAsync(group, node, most: 2);

        Expect.Same(Events, await bench.Store.Topics.ClearTopicAsync(topic, bench.Stop), "The floor");
        Expect.SameList([], await bench.OffsetsAsync(topic), "What is left");

        foreach (var from in new[] { 2, Events })
        {
            var page = await bench.ClaimAsync(group, node);
            Expect.Same((from, Events, Events, 0), (page.From, page.Lo, page.Hi, page.Events.Count), "Where the group stood, and its next page");
            Expect.Same(Events, (await bench.StatusAsync(group)).Position, "Its position then");
        }

        await bench.AppendAsync(topic, 1);
        Expect.SameList([Events], (await bench.ClaimAsync(group, node)).Events.Select(e => e.Offset), "What it is handed after that");
    }

    private static async Task MarkAsync(Bench bench)
    {
        var topic = await bench.TopicAsync(Three);
        await bench.AppendAsync(topic, Events);
        var node = await bench.NodeAsync();
        Expect.SameList([0L], await bench.Store.Nodes.MarkAsync(node, [new TopicMark(topic, 1)]), "The floor that a mark is told");

        Expect.Same(new TrimResult(7, 0, 6, 0), await bench.Store.Topics.TrimAsync(topic, bench.Stop), "What the trim did");

        Expect.SameList([7L], await bench.Store.Nodes.MarkAsync(node, [new TopicMark(topic, 1)]), "The floor that a mark is told");
    }

    private static async Task RetriesAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(Events, retention: Three);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Nack(1), Nack(2, delay: TimeSpan.FromHours(1)), Nack(8, delay: TimeSpan.FromHours(1))));
        var retry = Expect.One((await bench.RetriesAsync(group, node)).Retries, "Retries");

        await bench.Store.Topics.TrimAsync(topic, bench.Stop);

        var status = await bench.StatusAsync(group);
        Expect.Same((1L, 1L), (status.InFlight, status.Retrying), "What is out and what waits");
        Expect.That(await bench.SettleAsync(group, node, retry), "The claimed retry was not held after the cut.");
    }

    private static async Task LostAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(Events, retention: Three);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Nack(1), Nack(8)));
        Expect.Same(2, (await bench.RetriesAsync(group, node)).Retries.Count, "Retries");
        await bench.Store.Topics.TrimAsync(topic, bench.Stop);
        await bench.DieAsync(node);

        var (next, token) = (await bench.NodeAsync(), Guid.CreateVersion7());
        var back = await bench.Store.Deliveries.ClaimRetriesAsync(group, next, token, 10, suspects: false);

        Expect.SameList([8L], back.Retries.Select(r => r.Event.Offset), "Retries");
        Expect.SameList([1L], back.Lost, "Retries whose events are gone");
        var settled = await bench.Store.Deliveries.SettleAsync(group, next, [], [new(1, token, null), new(8, token, null)]);
        Expect.SameList([true, true], settled.Retries, "Which of them were held");
        Expect.Same(0, (await bench.StatusAsync(group)).InFlight, "What is out in the end");
    }

    private static async Task ToldAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(Events, retention: Three);
        await bench.ClaimAsync(group, node, most: 2);
        await bench.Store.Topics.TrimAsync(topic, bench.Stop);
        await bench.DieAsync(node);
        await bench.Store.Topics.TrimAsync(topic, bench.Stop);

        var back = await bench.RetriesAsync(group, await bench.NodeAsync());

        Expect.SameList([0L, 1L], back.Lost.Order(), "Retries whose events are gone");
        Expect.SameList([], back.Retries.Select(r => r.Event.Offset), "Retries");
    }

    private static async Task LeaseAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(Events, retention: Three);
        var asked = Bench.Claim(group, node);
        var page = await bench.Store.Deliveries.ClaimAsync(asked);
        await bench.Store.Topics.TrimAsync(topic, bench.Stop);

        var found = await bench.Store.Deliveries.FindClaimAsync(asked) ?? throw new ConformanceException("A claim was not found after the cut.");
        Expect.Same((0L, 10L), (found.Lo, found.Hi), "The lease");
        Expect.SameList([7L, 8L, 9L], found.Events.Select(e => e.Offset), "What is left of its events");
        Expect.That(await bench.SettleAsync(group, node, page.AllBut(Nack(0), Bury(1), Bury(8))), "The lease was not held after the cut.");

        var back = await bench.RetriesAsync(group, node);
        Expect.SameList([], back.Retries.Select(r => r.Event.Offset), "Retries");
        Expect.SameList([0L], back.Lost, "Retries whose events are gone");
        Expect.SameList([8L], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters");
    }
}
