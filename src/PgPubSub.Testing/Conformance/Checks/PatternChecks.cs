using System.Globalization;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>Groups that stand at every topic of a pattern.</summary>
internal static class PatternChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("Patterns", "A pattern's group is made at the topics that match, where it is told to start, and at no other", ExistingAsync),
        new("Patterns", "A topic that is created later has the group from its first event", LaterAsync),
        new("Patterns", "A topic that is created while the pattern is has the group, whichever comes first", RaceAsync),
        new("Patterns", "Patterns count words as * and # say", WordsAsync),
        new("Patterns", "A pattern's rules hold until they are to be changed, then at all its topics", RulesAsync),
        new("Patterns", "A dropped pattern takes its groups with it, and later topics have none", DropAsync),
        new("Patterns", "Where two patterns make groups of one name a topic of both has one", TwoAsync),
        new("Patterns", "A dropped pattern leaves the groups that another pattern of the same group wants", HeirAsync),
        new("Patterns", "A group that somebody else has made is left where it stands", OthersAsync),
    ];

    private static async Task ExistingAsync(Bench bench)
    {
        var (a, b, other) = (await bench.TopicAsync(name: "orders.a"), await bench.TopicAsync(name: "orders.b"), await bench.TopicAsync(name: "bills.a"));
        await bench.AppendAsync(a, 3);

        var matched = await bench.EnsurePatternAsync(Pattern(bench, "orders.*"), StartFrom.Latest);

        Expect.SameList([new TopicName(a, bench.NameOf(a)), new TopicName(b, bench.NameOf(b))], matched.OrderBy(m => m.Name, StringComparer.Ordinal), "Topics that match");
        Expect.Same(3, (await FindAsync(bench, a))?.Position, "The group's position at a topic with events");
        Expect.Same(0, (await FindAsync(bench, b))?.Position, "Its position at one without");
        Expect.That(await FindAsync(bench, other) is null, "The group was made at a topic that does not match.");
        var status = Expect.One(await bench.Store.Subscriptions.ListGroupsAsync(bench.NameOf(a), "group", bench.Stop), "Groups of its name");
        Expect.Same($"{bench.Name}.orders.*", status.Pattern, "The pattern that a listed group tells");
    }

    private static async Task LaterAsync(Bench bench)
    {
        Expect.SameList([], await bench.EnsurePatternAsync(Pattern(bench, "orders.*"), StartFrom.Latest), "Topics that match before there are any");

        var topic = await bench.TopicAsync(name: "orders.new");
        await bench.AppendAsync(topic, 2);

        var group = await FindAsync(bench, topic) ?? throw new ConformanceException("A topic that matches was created without the group.");
        Expect.Same((0L, 1L, Bench.AtOnce), (group.Position, group.Generation, group.Rules), "Its position, generation and rules");
        Expect.SameList([0L, 1L], await bench.HandedOutAsync(group.Key), "What it is handed");
        Expect.That(!(await bench.EnsureGroupAsync(topic)).Created, "The group was made twice.");
    }

    private static async Task RaceAsync(Bench bench)
    {
        const int topics = 12;
        var made = await Bench.ManyAsync(topics + 2, async i => i is 3 or 7
            ? (await bench.EnsurePatternAsync(Pattern(bench, "orders.*"))).Count
            : (int)(await bench.TopicAsync(name: $"orders.{i.ToString(CultureInfo.InvariantCulture)}")).Value);

        Expect.Same(topics + 2, made.Length, "Calls");
        var listed = (await bench.Store.Topics.ListTopicsAsync(null, bench.Stop)).Where(t => t.Name.StartsWith(bench.Name, StringComparison.Ordinal)).ToList();
        Expect.Same(topics, listed.Count, "Topics");
        foreach (var topic in listed)
            Expect.That(await FindAsync(bench, topic.Id) is { Position: 0 }, "A topic that was created beside the pattern has no group, or not from its first event.");
    }

    private static async Task WordsAsync(Bench bench)
    {
        foreach (var (pattern, group) in new[] { ("orders.*", "one"), ("orders.#", "any"), ("#.paid", "end"), ("*.eu.*", "middle") })
            await bench.EnsurePatternAsync(new PatternGroup(TopicPattern.Parse($"{bench.Name}.{pattern}"), group));

        foreach (var (name, groups) in new[] { ("orders", "any"), ("orders.eu", "any,one"), ("orders.eu.paid", "any,end,middle"), ("paid", "end"), ("order", "") })
        {
            var topic = await bench.TopicAsync(name: name);
            var made = await bench.Store.Subscriptions.ListGroupsAsync(bench.NameOf(topic), null, bench.Stop);
            Expect.Same(groups, string.Join(",", made.Select(g => g.Group)), $"Groups of the topic {name}");
        }
    }

    private static async Task RulesAsync(Bench bench)
    {
        var pattern = Pattern(bench, "orders.*");
        var first = await bench.TopicAsync(name: "orders.a");
        await bench.EnsurePatternAsync(pattern);
        var other = Bench.AtOnce with { AckDeadline = TimeSpan.FromSeconds(3), Filter = EventFilter.OfTypes("paid") };

        await bench.EnsurePatternAsync(pattern, rules: other);
        var second = await bench.TopicAsync(name: "orders.b");
        var before = await FindAsync(bench, second);
        Expect.SameList([Bench.AtOnce, Bench.AtOnce], [(await FindAsync(bench, first))?.Rules, before?.Rules], "Rules that were not to be changed");

        await bench.EnsurePatternAsync(pattern, rules: other, change: true);
        var third = await bench.TopicAsync(name: "orders.c");
        Expect.SameList([other, other, other], [(await FindAsync(bench, first))?.Rules, (await FindAsync(bench, second))?.Rules, (await FindAsync(bench, third))?.Rules], "Rules after the change");
        Expect.That((await FindAsync(bench, second))?.Version > before?.Version, "A change of rules by the pattern was not counted.");
    }

    private static async Task DropAsync(Bench bench)
    {
        var pattern = Pattern(bench, "orders.*");
        var (first, mine) = (await bench.TopicAsync(name: "orders.a"), await bench.TopicAsync(name: "bills"));
        await bench.EnsurePatternAsync(pattern);
        await bench.GroupAsync(mine);

        Expect.That(await bench.Store.Subscriptions.DropPatternAsync(pattern), "A pattern that is there was not found.");
        Expect.That(!await bench.Store.Subscriptions.DropPatternAsync(pattern), "A pattern was dropped twice.");

        Expect.That(await FindAsync(bench, first) is null, "A dropped pattern left a group behind.");
        Expect.That(await FindAsync(bench, await bench.TopicAsync(name: "orders.b")) is null, "A dropped pattern made a group.");
        Expect.That(await FindAsync(bench, mine) is not null, "A group of another topic went with a pattern.");
    }

    private static async Task TwoAsync(Bench bench)
    {
        var before = await bench.TopicAsync(name: "orders.a");
        await bench.EnsurePatternAsync(Pattern(bench, "orders.*"));
        await bench.EnsurePatternAsync(Pattern(bench, "#"));
        var after = await bench.TopicAsync(name: "orders.b");

        foreach (var topic in new[] { before, after })
            Expect.SameList(["group"], (await bench.Store.Subscriptions.ListGroupsAsync(bench.NameOf(topic), null, bench.Stop)).Select(g => g.Group), "Groups");
    }

    private static async Task HeirAsync(Bench bench)
    {
        var (both, one) = (await bench.TopicAsync(name: "orders.a"), await bench.TopicAsync(name: "orders"));
        await bench.AppendAsync(both, 3);
        var (narrow, wide) = (Pattern(bench, "orders.*"), Pattern(bench, "*.a"));
        await bench.EnsurePatternAsync(narrow);
        await bench.EnsurePatternAsync(wide);
        var before = await FindAsync(bench, both) ?? throw new ConformanceException("A topic that matches has no group.");
        await bench.ClaimAsync(before.Key, await bench.NodeAsync(), most: 2);

        await bench.Store.Subscriptions.DropPatternAsync(narrow);

        Expect.Same((before.Key, 2L), await FindAsync(bench, both) is { } kept ? (kept.Key, kept.Position) : default, "The group that the other pattern wants too");
        Expect.Same(wide.Pattern.Value, (await bench.StatusAsync(before.Key)).Pattern, "The pattern that it is told to be of");
        Expect.That(await FindAsync(bench, one) is null, "A pattern made a group where it does not match.");
        await bench.Store.Subscriptions.DropPatternAsync(wide);
        Expect.That(await FindAsync(bench, both) is null, "The last pattern that was dropped left a group behind.");
    }

    private static async Task OthersAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 5);
        await bench.ClaimAsync(group, node, most: 2);

        await bench.EnsurePatternAsync(Pattern(bench, "*"));

        Expect.Same((group, 2L, 1L), await FindAsync(bench, topic) is { } found ? (found.Key, found.Position, found.Generation) : default, "The group that was there");
        var poll = await bench.Store.Nodes.PollAsync(new PollRequest([], [], [TopicPattern.Parse($"{bench.Name}.*")]), bench.Stop);
        Expect.SameList([new TopicName(topic, bench.NameOf(topic))], poll.Matches, "Topics that match");
    }

    private static PatternGroup Pattern(Bench bench, string pattern) => new(TopicPattern.Parse($"{bench.Name}.{pattern}"), "group");

    private static async Task<GroupState?> FindAsync(Bench bench, TopicId topic) =>
        await bench.Store.Subscriptions.FindGroupAsync(bench.NameOf(topic), "group", bench.Stop) is { } key
            ? await bench.Store.Subscriptions.ReadGroupAsync(key, bench.Stop)
            : null;
}
