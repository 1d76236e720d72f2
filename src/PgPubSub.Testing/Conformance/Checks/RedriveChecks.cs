using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>Dead letters that are to be tried again.</summary>
internal static class RedriveChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("Dead letters", "What is redriven is due at once, in the order of its offsets, with no attempt counted", RedriveAsync),
        new("Dead letters", "A redrive goes in steps, and only what it is meant for", StepsAsync),
        new("Dead letters", "A step of a redrive or purge that leaves nothing says so", LastStepAsync),
        new("Dead letters", "What is redriven comes with its event though the log has it no more, and dies with it again", TrimmedAsync),
        new("Dead letters", "What waits after a redrive does not hold up retention", RetentionAsync, needsAgeing: true),
        new("Dead letters", "What a group has still before it, in hand or waiting is not redriven", StillThereAsync),
        new("Dead letters", "What no group buried, or one that is gone, is not redriven; a group of the same name takes it", NobodysAsync),
        new("Dead letters", "Redrives at once hand out each dead letter once", RaceAsync),
    ];

    private static async Task RedriveAsync(Bench bench)
    {
        var (topic, group, node) = await BuriedAsync(bench, [3, 1, 4, 0]);
        var position = (await bench.StatusAsync(group)).Position;

        Expect.Same((4, 0), await bench.RedriveAsync(new DeadLetterFilter(topic)), "The redrive");

        Expect.SameList([], await bench.DeadAsync(topic), "Dead letters that are left");
        Expect.Same((position, 4L), await bench.StatusAsync(group) is var s ? (s.Position, s.Retrying) : default, "The group's position, and what waits");
        Expect.SameList([(0L, 0, 0)], Shown(await bench.RetriesAsync(group, node, most: 1)), "The first retry: offset, attempts and deaths");
        Expect.SameList([(1L, 0, 0), (3L, 0, 0), (4L, 0, 0)], Shown(await bench.RetriesAsync(group, node)), "The others");
    }

    private static async Task StepsAsync(Bench bench)
    {
        var (topic, group, node) = await BuriedAsync(bench, [5, 4, 3, 2, 1, 0]);
        var filter = new DeadLetterFilter(topic) { Subscriber = "group" };
        Expect.Same(0, (await bench.Store.DeadLetters.RedriveAsync(filter with { Type = "none" }, 0, 10)).Done, "A redrive of none");
        var one = (await bench.DeadAsync(topic)).First(d => d.Event.Offset == 5);
        Expect.Same((1, 0), await bench.RedriveAsync(filter with { Id = one.Id }), "A redrive of one");

        var step = await bench.Store.DeadLetters.RedriveAsync(filter, 0, 2);
        Expect.Same((2, 0, true), (step.Done, step.Skipped, step.Next is not null), "The first step of a redrive of all");
        Expect.SameList([2L, 3L, 4L], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset).Order(), "Dead letters that are left");
        Expect.Same((3, 0), await Bench.StepAsync(from => bench.Store.DeadLetters.RedriveAsync(filter, Math.Max(from, step.Next!.Value), 2)), "What the rest of it did");
        Expect.SameList([5L, 0L, 1L, 2L, 3L, 4L], (await bench.RetriesAsync(group, node)).Retries.Select(r => r.Event.Offset), "Retries in the order in which they were redriven");
    }

    private static async Task LastStepAsync(Bench bench)
    {
        var (topic, _, _) = await BuriedAsync(bench, [0, 1, 2]);
        var filter = new DeadLetterFilter(topic);

        Expect.Same(new DeadLetterStep(2, 0, null), await bench.Store.DeadLetters.RedriveAsync(filter, 1, 2), "A redrive of the last two");
        Expect.Same(new DeadLetterStep(1, 0, null), await bench.Store.DeadLetters.PurgeAsync(filter, 0, 1), "A purge of what is left");
    }

    private static async Task TrimmedAsync(Bench bench)
    {
        var (topic, group, node) = await BuriedAsync(bench, [1, 2]);
        var events = await bench.ReadAsync(topic);
        await bench.Store.Topics.ClearTopicAsync(topic, bench.Stop);

        Expect.Same(2, (await bench.Store.DeadLetters.RedriveAsync(new DeadLetterFilter(topic), 0, 10)).Done, "What was redriven");
        await bench.AppendAsync(topic, 1);
        await bench.Store.Topics.ClearTopicAsync(topic, bench.Stop);

        var back = await bench.RetriesAsync(group, node);
        Expect.SameList([], back.Lost, "Retries whose events are gone");
        Expect.SameList([events[1], events[2]], back.Retries.Select((r, i) => r.Event with { Data = events[i + 1].Data, Headers = events[i + 1].Headers }), "Their events");
        Expect.That(back.Retries.Select((r, i) => r.Event.Data.Span.SequenceEqual(events[i + 1].Data.Span)).All(same => same), "An event's data came back otherwise.");
        Expect.That(await bench.SettleAsync(group, node, back.Retries[0], Bury(1)), "The claimed retry was not held.");
        await bench.SettleAsync(group, node, back.Retries[1], Nack(2));
        Expect.SameList([2L], (await bench.RetriesAsync(group, node)).Retries.Select(r => r.Event.Offset), "What was nacked of them");
        Expect.SameList([events[1].Id], (await bench.DeadAsync(topic)).Select(d => d.Event.Id), "What was buried again");
        Expect.Same(1, (await bench.Store.DeadLetters.RedriveAsync(new DeadLetterFilter(topic), 0, 10)).Done, "What was redriven again");
    }

    private static async Task RetentionAsync(Bench bench)
    {
        var (topic, group, node) = await BuriedAsync(bench, [1, 2]);
        await bench.Store.DeadLetters.RedriveAsync(new DeadLetterFilter(topic), 0, 10);
        await bench.AppendAsync(topic, 1);
        await bench.Store.Topics.AlterTopicAsync(topic, new Retention { Count = 0 });
        await bench.MakeOlderAsync(topic, TimeSpan.FromHours(1));

        Expect.Same(6, (await bench.Store.Topics.TrimAsync(topic, bench.Stop)).Floor, "The floor");

        Expect.SameList([1L, 2L], (await bench.RetriesAsync(group, node)).Retries.Select(r => r.Event.Offset), "Retries after the trim");
    }

    private static async Task StillThereAsync(Bench bench)
    {
        var (topic, group, node) = await BuriedAsync(bench, [0, 1, 2, 3, 4, 5]);
        await bench.Store.Subscriptions.SeekAsync(group, StartFrom.Offset(1));
        var page = await bench.ClaimAsync(group, node, most: 3);
        await bench.SettleAsync(group, node, page.Failed(Nack(1)) with { Acked = [2] });

        // 1 waits for another attempt, 3 is leased, 4 and 5 are to come; 0 and 2 are behind the group.
        Expect.Same((2, 4), await bench.RedriveAsync(new DeadLetterFilter(topic)), "The redrive");
        Expect.SameList([1L, 3L, 4L, 5L], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset).Order(), "Dead letters that stay");
        Expect.SameList([0L, 1L, 2L], (await bench.RetriesAsync(group, node)).Retries.Select(r => r.Event.Offset).Order(), "Retries");
        Expect.Same((0, 4), await bench.RedriveAsync(new DeadLetterFilter(topic)), "The redrive again");
    }

    private static async Task NobodysAsync(Bench bench)
    {
        var (topic, group, node) = await BuriedAsync(bench, [1, 2]);
        await bench.Store.Deliveries.BuryPrivateAsync(topic, "private", Bury(0));
        await bench.Store.Deliveries.BuryPrivateAsync(topic, "group", Bury(3));
        await bench.Store.Subscriptions.DropGroupAsync(group);
        Expect.Same((0, 4), await bench.RedriveAsync(new DeadLetterFilter(topic)), "A redrive of what nobody takes");

        var anew = await bench.GroupAsync(topic, from: StartFrom.Latest);
        Expect.Same((2, 2), await bench.RedriveAsync(new DeadLetterFilter(topic)), "A redrive to a group of the same name");
        Expect.SameList([1L, 2L], (await bench.RetriesAsync(anew, node)).Retries.Select(r => r.Event.Offset), "Its retries");
    }

    private static async Task RaceAsync(Bench bench)
    {
        var (topic, group, node) = await BuriedAsync(bench, [0, 1, 2, 3, 4, 5]);

        var steps = await Bench.ManyAsync(5, _ => bench.Store.DeadLetters.RedriveAsync(new DeadLetterFilter(topic), 0, 10));

        Expect.Same(6, steps.Sum(s => s.Done), "What was redriven");
        Expect.SameList(Bench.Range(0, 6), (await bench.RetriesAsync(group, node)).Retries.Select(r => r.Event.Offset).Order(), "Retries");
    }

    // Six events that a group has claimed and settled; it has buried these, one after the other.
    private static async Task<(TopicId Topic, GroupKey Group, Guid Node)> BuriedAsync(Bench bench, long[] offsets)
    {
        var (topic, group, node) = await bench.SetAsync(events: 6);
        var page = await bench.ClaimAsync(group, node);
        foreach (var offset in offsets)
            await bench.SettleAsync(group, node, page.Failed(Bury(offset)));
        await bench.SettleAsync(group, node, page.AllBut());
        return (topic, group, node);
    }

    private static IEnumerable<(long, int, int)> Shown(Core.Deliveries.ClaimedRetries retries) => retries.Retries.Select(r => (r.Event.Offset, r.Attempts, r.Deaths));
}
