using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>What an operator does to topics.</summary>
internal static class TopicChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("Topics", "Topics are listed by name with what is kept of them and how many dead letters they have", ListAsync),
        new("Topics", "What is kept of a topic is that of its making until it is altered", AlterAsync),
        new("Topics", "A topic that is cleared goes on at its tail", ClearAsync),
        new("Topics", "A dropped topic's name is free at once, and what was there before stays gone", DropAsync),
        new("Topics", "Whoever still knows a dropped topic is told that it is gone", GoneAsync),
        new("Topics", "A topic may be dropped while others append to it, claim from it and make it anew", DropRaceAsync),
    ];

    private static async Task ListAsync(Bench bench)
    {
        var retention = new Retention { Count = 7, Age = TimeSpan.FromHours(5), MaxBacklogEvents = 100, MaxBacklogAge = TimeSpan.FromDays(2), DeadLetterAge = TimeSpan.FromDays(30) };
        var (first, second) = (await bench.TopicAsync(retention, "a"), await bench.TopicAsync(Retention.Forever, "b"));
        await bench.AppendAsync(first, 4);
        await bench.Store.Deliveries.BuryPrivateAsync(first, "somebody", Bury(2));

        var listed = await bench.Store.Topics.ListTopicsAsync(null, bench.Stop);

        var expected = new[]
        {
            new TopicStatus(bench.NameOf(first), first, 0, 4, retention, 1), new TopicStatus(bench.NameOf(second), second, 0, 0, Retention.Forever, 0),
        };
        Expect.SameList(expected, listed.Where(topic => topic.Id == first || topic.Id == second), "The topics that were made");
        Expect.SameList([expected[1]], await bench.Store.Topics.ListTopicsAsync(bench.NameOf(second), bench.Stop), "The topics of one name");
        Expect.SameList([], await bench.Store.Topics.ListTopicsAsync($"{bench.Name}.none", bench.Stop), "The topics of a name that nobody has");
    }

    private static async Task AlterAsync(Bench bench)
    {
        var topic = await bench.TopicAsync(new Retention { Count = 5 });
        await bench.TopicAsync(new Retention { Count = 6 });
        Expect.Same(new Retention { Count = 5 }, await RetentionAsync(), "What is kept, after the topic was found with another wish");

        foreach (var changed in new[] { Retention.Default, Retention.Forever, new Retention { Count = 0, MaxBacklogAge = TimeSpan.FromMinutes(1) } })
        {
            await bench.Store.Topics.AlterTopicAsync(topic, changed);
            Expect.Same(changed, await RetentionAsync(), "What is kept");
        }

        await Expect.FaultAsync(FaultKind.Gone, () => bench.Store.Topics.AlterTopicAsync(new TopicId(int.MaxValue), Retention.Forever), "A change of a topic that is not there");

        async Task<Retention> RetentionAsync() => Expect.One(await bench.Store.Topics.ListTopicsAsync(bench.NameOf(topic), bench.Stop), "Topics of one name").Retention;
    }

    private static async Task ClearAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        Expect.Same(0, await bench.Store.Topics.ClearTopicAsync(topic, bench.Stop), "The floor of a topic that was empty");
        await bench.AppendAsync(topic, 2_500);

        Expect.Same(2_500, await bench.Store.Topics.ClearTopicAsync(topic, bench.Stop), "The floor");

        Expect.Same(new TopicState(topic, 2_500, 2_500), await bench.StateAsync(topic), "The topic");
        Expect.SameList([], await bench.OffsetsAsync(topic), "What is left");
        Expect.Same(new AppendOutcome(2_500), await bench.Store.Log.AppendAsync(topic, 2_500, Bench.Events(2)), "The next events");
        Expect.SameList([2_500L, 2_501L], await bench.OffsetsAsync(topic), "What is there then");
    }

    private static async Task DropAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 5);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).Failed(Bury(0), Nack(1)));
        var name = bench.NameOf(topic);

        await bench.Store.Topics.DropTopicAsync(topic, bench.Stop);
        await bench.Store.Topics.SweepAsync(bench.Stop);

        Expect.That(await bench.Store.Log.FindTopicAsync(name, bench.Stop) is null, "A dropped topic was found.");
        Expect.SameList([], await bench.Store.Topics.ListTopicsAsync(name, bench.Stop), "Topics of its name");
        var anew = await bench.EnsureTopicAsync(name, Retention.Forever);
        Expect.That(anew.Id != topic, "A topic's number was used again.");
        Expect.Same((0L, 0L), (anew.Floor, anew.Tail), "Floor and tail of the new topic");
        Expect.SameList([], (await bench.DeadAsync(anew.Id)).Select(d => d.Event.Offset), "Its dead letters");
        Expect.SameList([], (await bench.Store.Subscriptions.ListGroupsAsync(name, null, bench.Stop)).Select(g => g.Group), "Its groups");
        await bench.AppendAsync(anew.Id, 1);
        Expect.SameList([0L], await bench.HandedOutAsync(await bench.GroupAsync(anew.Id)), "What a group of it is handed");
        Expect.SameList([], await bench.Store.Nodes.BeatAsync(node, keepsLock: false) ?? [Guid.Empty], "Tokens of a node that held a lease of the dropped topic");
    }

    private static async Task GoneAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 5);
        var page = await bench.ClaimAsync(group, node, most: 2);
        await bench.Store.Topics.DropTopicAsync(topic, bench.Stop);
        await bench.EnsureTopicAsync(bench.NameOf(topic), Retention.Forever);

        foreach (var (call, what) in new (Func<Task>, string)[]
        {
            (() => bench.Store.Log.AppendAsync(topic, 5, Bench.Events(1)), "An append"), (() => bench.Store.Log.LocateAsync(topic, StartFrom.Latest, bench.Stop), "A start"),
            (() => bench.ClaimAsync(group, node), "A claim"), (() => bench.EnsureGroupAsync(topic), "A group"),
            (() => bench.Store.Subscriptions.SeekAsync(group, StartFrom.Earliest), "A seek"), (() => bench.Store.Topics.TrimAsync(topic, bench.Stop), "A trim"),
            (() => bench.Store.Topics.ClearTopicAsync(topic, bench.Stop), "A clearing"),
        })
            await Expect.FaultAsync(FaultKind.Gone, call, $"{what} that names a dropped topic");
        Expect.That(!await bench.SettleAsync(group, node, page.Whole()), "A lease of a dropped topic was held.");
        Expect.That(await bench.Store.Subscriptions.ReadGroupAsync(group, bench.Stop) is null, "A group of a dropped topic was read.");
        var poll = await bench.Store.Nodes.PollAsync(new PollRequest([topic], [group], []), bench.Stop);
        Expect.Same((0, 0, 0), (poll.Tails.Count, poll.Versions.Count, poll.RetriesDue.Count), "Tails, versions and retries that a poll tells of it");
    }

    private static async Task DropRaceAsync(Bench bench)
    {
        for (var round = 0; round < 4; round++)
        {
            var topic = await bench.TopicAsync(name: "race");
            var (group, node, name) = (await bench.GroupAsync(topic), await bench.NodeAsync(), bench.NameOf(topic));

            await Bench.ManyAsync(4, async i =>
            {
                try
                {
                    if (i == 0)
                        await bench.Store.Topics.DropTopicAsync(topic, bench.Stop);
                    for (var n = 0; i == 3 && n < 4; n++)
                        await bench.EnsureTopicAsync(name, Retention.Forever);
                    for (var n = 0; i == 1 && n < 10; n++)
                        await bench.Store.Log.AppendAsync(topic, 0, Bench.Events(2));
                    for (var n = 0; i == 2 && n < 10; n++)
                        await bench.ClaimAsync(group, node, most: 1);
                }
                catch (StoreException gone) when (gone.Kind is FaultKind.Gone && i > 0)
                {
                    return false;
                }

                return true;
            });

            var anew = await bench.EnsureTopicAsync(name, Retention.Forever);
            Expect.Same((true, 0L), (anew.Id != topic, anew.Tail), "Whether the topic that was made anew is another, and its tail");
        }
    }
}
