using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>The one question of a node for all that it serves.</summary>
internal static class PollChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("Poll", "A poll tells the tails of the topics that are there, and leaves out those that are not", TailsAsync),
        new("Poll", "A poll tells the groups with retries that are due and unclaimed, and whether suspects may be among them", RetriesAsync),
        new("Poll", "A poll tells the versions of the groups that are there, and a change is seen in it", VersionsAsync),
        new("Poll", "A poll tells the topics that match any of the patterns, each once", MatchesAsync),
        new("Poll", "A poll of nothing tells nothing", NothingAsync),
    ];

    private static async Task TailsAsync(Bench bench)
    {
        var (full, empty, cleared) = (await bench.TopicAsync(name: "a"), await bench.TopicAsync(name: "b"), await bench.TopicAsync(name: "c"));
        await bench.AppendAsync(full, 4);
        await bench.AppendAsync(cleared, 3);
        await bench.Store.Topics.ClearTopicAsync(cleared, bench.Stop);

        var poll = await bench.Store.Nodes.PollAsync(new PollRequest([empty, full, new TopicId(int.MaxValue), cleared], [], []), bench.Stop);

        Expect.SameList([new TopicTail(full, 4), new(empty, 0), new(cleared, 3)], poll.Tails.OrderBy(t => t.Topic.Value), "Tails");
    }

    private static async Task RetriesAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 5);
        var other = await bench.GroupAsync(topic, name: "other");
        var request = new PollRequest([], [other, group, group], []);
        var page = await bench.ClaimAsync(group, node);
        await bench.SettleAsync(group, node, page.Failed(Nack(0, delay: TimeSpan.FromHours(1))));
        Expect.SameList([], await DueAsync(), "Groups with retries that are due, when none is");

        await bench.SettleAsync(group, node, page.Failed(Nack(1)));
        Expect.SameList([new DueRetries(group, false)], await DueAsync(), "Groups with retries that are due, when one is");
        await bench.RetriesAsync(group, node);
        Expect.SameList([], await DueAsync(), "Groups with retries that are due, when it is claimed");
        await bench.DieAsync(node);
        Expect.SameList([new DueRetries(group, true)], await DueAsync(), "Groups with retries that are due, when their node has died");

        async Task<IReadOnlyList<DueRetries>> DueAsync() => (await bench.Store.Nodes.PollAsync(request, bench.Stop)).RetriesDue;
    }

    private static async Task VersionsAsync(Bench bench)
    {
        var (topic, group, _) = await bench.SetAsync(events: 1);
        var dropped = await bench.GroupAsync(topic, name: "dropped");
        await bench.Store.Subscriptions.DropGroupAsync(dropped);
        var request = new PollRequest([], [dropped, group, group with { Subscription = int.MaxValue }], []);

        var before = Expect.One((await bench.Store.Nodes.PollAsync(request, bench.Stop)).Versions, "Versions");
        Expect.Same(new GroupVersion(group, (await bench.Store.Subscriptions.ReadGroupAsync(group, bench.Stop))!.Version), before, "The version of the group that is there");
        await bench.Store.Subscriptions.PauseAsync(group, paused: true);

        var after = Expect.One((await bench.Store.Nodes.PollAsync(request, bench.Stop)).Versions, "Versions");
        Expect.That(after.Version > before.Version, "A pause was not seen in the version.");
    }

    private static async Task MatchesAsync(Bench bench)
    {
        var names = new[] { "orders", "orders.eu", "bills" };
        foreach (var name in names)
            await bench.TopicAsync(name: name);
        var patterns = new[] { "orders.*", "*.eu", "orders.#" }.Select(pattern => TopicPattern.Parse($"{bench.Name}.{pattern}")).ToList();

        var matches = (await bench.Store.Nodes.PollAsync(new PollRequest([], [], patterns), bench.Stop)).Matches;

        Expect.SameList(names.Take(2).Select(name => $"{bench.Name}.{name}"), matches.Select(m => m.Name).Order(StringComparer.Ordinal), "Topics that match");
    }

    private static async Task NothingAsync(Bench bench)
    {
        await bench.SetAsync(events: 1);

        var poll = await bench.Store.Nodes.PollAsync(new PollRequest([], [], []), bench.Stop);

        Expect.Same((0, 0, 0, 0), (poll.Tails.Count, poll.RetriesDue.Count, poll.Versions.Count, poll.Matches.Count), "What it tells");
    }
}
