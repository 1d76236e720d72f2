using PgPubSub.Core.Faults;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>Groups: where they start, the rules that hold for them, pauses and dropping.</summary>
internal static class GroupChecks
{
    private static readonly GroupRules Special = new(TimeSpan.FromSeconds(7), new RetryRules(9, TimeSpan.FromMilliseconds(20), 1.5, TimeSpan.FromMinutes(3)))
    {
        Filter = new EventFilter(["paid", "sent"], [new("region", "eu"), new("a \"b\"", "c")]), DeadLetter = false,
    };

    public static StoreCheck[] All { get; } =
    [
        new("Groups", "A new group starts where it is told to", StartsAsync),
        new("Groups", "Many who make the same group make one", OnceAsync),
        new("Groups", "A group keeps the rules of its making until they are to be changed, and a change is told and counted", RulesAsync),
        new("Groups", "Rules come back as they were given", RoundTripAsync),
        new("Groups", "While a group is paused nothing of it is claimed, and what is out may be settled", PauseAsync),
        new("Groups", "A change of rules, a pause and a seek each change a group's version", VersionAsync),
        new("Groups", "A dropped group is gone with what it had out; its dead letters stay, and its name makes another group", DropAsync),
        new("Groups", "A claim of retries of a group or topic that was dropped is told that it is gone", RetriesGoneAsync),
        new("Groups", "A group of a topic that is not there is told as gone", GoneAsync),
    ];

    private static async Task StartsAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await bench.AppendAsync(topic, 10);
        foreach (var (from, place, name) in new[]
        {
            (StartFrom.Earliest, 0, "a"), (StartFrom.Latest, 10, "b"), (StartFrom.Offset(4), 4, "c"), (StartFrom.Offset(99), 99, "d"), (StartFrom.Time(DateTimeOffset.UnixEpoch), 0, "e"),
        })
        {
            var made = await bench.EnsureGroupAsync(topic, from: from, name: name);
            Expect.Same((true, 1L, (long)place, 0L), (made.Created, made.Generation, made.Position, made.Floor), $"A new group that starts at {from}");
            Expect.Same((false, false), (made.Paused, made.Changed), "Whether it is paused, and whether its rules were replaced");
        }
    }

    private static async Task OnceAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();

        var made = await Bench.ManyAsync(8, _ => bench.EnsureGroupAsync(topic));

        Expect.Same((1, 1), (made.Select(g => g.Key).Distinct().Count(), made.Count(g => g.Created)), "Groups, and calls that made one");
    }

    private static async Task RulesAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        var made = await bench.EnsureGroupAsync(topic, Bench.AtOnce);

        var found = await bench.EnsureGroupAsync(topic, Special);
        Expect.Same((made.Key, Bench.AtOnce, false, made.Version), (found.Key, found.Rules, found.Changed, found.Version), "A group that is found with other rules");

        var changed = await bench.EnsureGroupAsync(topic, Special, change: true);
        Expect.Same((Special, true), (changed.Rules, changed.Changed), "A group whose rules are to be changed");
        Expect.That(changed.Version > made.Version, "A change of rules was not counted.");

        var again = await bench.EnsureGroupAsync(topic, Special, change: true);
        Expect.Same((Special, false, changed.Version), (again.Rules, again.Changed, again.Version), "A group whose rules are as they are to be");
    }

    private static async Task RoundTripAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        var all = new[] { GroupRules.Default, Special, Special with { Filter = EventFilter.OfTypes("paid") }, Special with { Filter = EventFilter.OfHeader("a", ""), DeadLetter = true } };
        foreach (var rules in all)
        {
            var name = $"group{Array.IndexOf(all, rules)}";
            var made = await bench.EnsureGroupAsync(topic, rules, name: name);
            Expect.Same(rules, made.Rules, "Rules of a group that was made");
            Expect.Same(rules, (await bench.Store.Subscriptions.ReadGroupAsync(made.Key, bench.Stop))?.Rules, "Rules of a group that was read");
            Expect.Same(rules, (await bench.StatusAsync(made.Key)).Rules, "Rules of a group that was listed");
        }
    }

    private static async Task PauseAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 8);
        var page = await bench.ClaimAsync(group, node, most: 4);
        await bench.SettleAsync(group, node, page.Failed(Nack(0), Nack(1)));
        var retry = Expect.One((await bench.RetriesAsync(group, node, most: 1)).Retries, "Retries");

        await bench.Store.Subscriptions.PauseAsync(group, paused: true);

        Expect.That((await bench.StatusAsync(group)).Paused && (await bench.Store.Subscriptions.ReadGroupAsync(group, bench.Stop))!.Paused, "A paused group does not say so.");
        Expect.That((await bench.ClaimAsync(group, node)).IsEmpty, "A paused group's events were claimed.");
        Expect.That((await bench.RetriesAsync(group, node)).IsEmpty, "A paused group's retries were claimed.");
        Expect.That(await bench.SettleAsync(group, node, page.Acked(2)), "A paused group's lease was not held.");
        Expect.That(await bench.SettleAsync(group, node, retry), "A paused group's retry was not held.");
        Expect.Same(4, (await bench.StatusAsync(group)).Position, "Its position");

        await bench.Store.Subscriptions.PauseAsync(group, paused: false);
        await bench.DieAsync(node);
        Expect.SameList([1L, 3L, 4L, 5L, 6L, 7L], await bench.HandedOutAsync(group), "What is handed out when it goes on");
        await Expect.FaultAsync(FaultKind.Gone, () => bench.Store.Subscriptions.PauseAsync(group with { Subscription = int.MaxValue }, paused: true), "A pause of a group that is not there");
    }

    private static async Task VersionAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 4);
        var version = await VersionAsync();
        foreach (var (change, what) in new (Func<Task>, string)[]
        {
            (() => bench.Store.Subscriptions.PauseAsync(group, paused: true), "a pause"), (() => bench.Store.Subscriptions.PauseAsync(group, paused: false), "its end"),
            (() => bench.Store.Subscriptions.SeekAsync(group, StartFrom.Offset(1)), "a seek"), (() => bench.EnsureGroupAsync(topic, Special, change: true), "a change of rules"),
        })
        {
            await change();
            Expect.That(await VersionAsync() > version, $"The version did not grow with {what}.");
            version = await VersionAsync();
        }

        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).Failed(Nack(1)));
        Expect.Same(version, await VersionAsync(), "The version after a claim and a nack");

        async Task<long> VersionAsync() => (await bench.Store.Subscriptions.ReadGroupAsync(group, bench.Stop))?.Version ?? throw new ConformanceException("A group was not read.");
    }

    private static async Task DropAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 6);
        var page = await bench.ClaimAsync(group, node, most: 4);
        await bench.SettleAsync(group, node, page.Failed(Bury(0), Nack(1)));

        await bench.Store.Subscriptions.DropGroupAsync(group);

        Expect.That(await bench.Store.Subscriptions.ReadGroupAsync(group, bench.Stop) is null, "A dropped group was read.");
        Expect.That(await bench.Store.Subscriptions.FindGroupAsync(bench.NameOf(topic), "group", bench.Stop) is null, "A dropped group was found.");
        var anew = await bench.EnsureGroupAsync(topic);
        Expect.Same((true, true), (anew.Created, anew.Key != group), "Whether a group of its name is made, and whether it is another");
        await Expect.FaultAsync(FaultKind.Gone, () => bench.ClaimAsync(group, node), "A claim of the dropped group");
        Expect.That(!await bench.SettleAsync(group, node, page.Whole()), "A lease of the dropped group was held.");
        Expect.SameList([0L], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Its dead letters");
        Expect.SameList(Bench.Range(0, 6), await bench.HandedOutAsync(anew.Key), "What the new group is handed");
    }

    private static async Task RetriesGoneAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 1);
        var other = await bench.GroupAsync(topic, name: "other");
        await bench.Store.Subscriptions.DropGroupAsync(group);
        await Expect.FaultAsync(FaultKind.Gone, () => bench.RetriesAsync(group, node), "A claim of retries of a dropped group");
        await bench.Store.Topics.DropTopicAsync(topic, bench.Stop);
        await Expect.FaultAsync(FaultKind.Gone, () => bench.RetriesAsync(other, node), "A claim of retries of a group of a dropped topic");
    }

    private static Task GoneAsync(Bench bench) => Expect.FaultAsync(
        FaultKind.Gone, () => bench.EnsureGroupAsync(new TopicId(int.MaxValue)), "A group of a topic that is not there");
}
