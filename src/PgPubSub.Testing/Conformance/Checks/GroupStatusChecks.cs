using PgPubSub.Core.Subscriptions;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>Groups as an operator sees them.</summary>
internal static class GroupStatusChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("Groups", "A group is found by the names of its topic and its own", FindAsync),
        new("Groups", "Groups are listed by topic and name, all or those of one topic or name", ListAsync),
        new("Groups", "A listed group tells what waits, what is out, what is retried and what is dead", NumbersAsync),
        new("Groups", "A listed group tells how long the first event that was never claimed has been waiting", LagAgeAsync, needsAgeing: true),
    ];

    private static async Task FindAsync(Bench bench)
    {
        var (topic, group, _) = await bench.SetAsync(events: 0);

        Expect.Same(group, await bench.Store.Subscriptions.FindGroupAsync(bench.NameOf(topic), "group", bench.Stop), "A group that is there");
        Expect.Same(null, await bench.Store.Subscriptions.FindGroupAsync(bench.NameOf(topic), "none", bench.Stop), "A group that is not there");
        Expect.Same(null, await bench.Store.Subscriptions.FindGroupAsync($"{bench.Name}.none", "group", bench.Stop), "A group of a topic that is not there");
    }

    private static async Task ListAsync(Bench bench)
    {
        var (a, b) = (await bench.TopicAsync(name: "a"), await bench.TopicAsync(name: "b"));
        foreach (var (topic, group) in new[] { (b, "y"), (b, "x"), (a, "y"), (a, "z") })
            await bench.GroupAsync(topic, name: group);

        Expect.SameList(["ay", "az", "bx", "by"], await NamesAsync(null, null), "All groups that were made");
        Expect.SameList(["bx", "by"], await NamesAsync(bench.NameOf(b), null), "Groups of one topic");
        Expect.SameList(["ay", "by"], await NamesAsync(null, "y"), "Groups of one name");
        Expect.SameList(["ay"], await NamesAsync(bench.NameOf(a), "y"), "Groups of one topic and name");
        Expect.SameList([], await NamesAsync(bench.NameOf(a), "x"), "Groups that nobody made");

        async Task<IEnumerable<string>> NamesAsync(string? topic, string? group) =>
            (await bench.Store.Subscriptions.ListGroupsAsync(topic, group, bench.Stop)).Where(g => g.Key.Topic == a || g.Key.Topic == b).Select(g => g.Topic[^1..] + g.Group);
    }

    private static async Task NumbersAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 12);
        var page = await bench.ClaimAsync(group, node, most: 8);
        await bench.SettleAsync(group, node, page.Failed(Bury(0), Nack(1), Nack(2), Nack(3, delay: TimeSpan.FromHours(1))) with { Acked = [4] });
        await bench.RetriesAsync(group, node, most: 1);
        await bench.Store.Deliveries.BuryPrivateAsync(topic, "group", Bury(7)); // a private subscriber may bear the same name

        var status = await bench.StatusAsync(group);

        var expected = new GroupStatus(bench.NameOf(topic), "group", group, 8, 12, status.LagAge, InFlight: 4, Retrying: 2, Dead: 1, Paused: false, Bench.AtOnce, Pattern: null);
        Expect.Same(expected, status, "The group");
        Expect.Same(4, status.Lag, "Its lag");
        Expect.That(status.LagAge is { } age && age >= TimeSpan.Zero && age < TimeSpan.FromHours(1), $"The age of its lag is {status.LagAge?.ToString() ?? "nothing"}.");

        await bench.ClaimAsync(group, node);
        Expect.Same((12L, 8L, null), await bench.StatusAsync(group) is var all ? (all.Position, all.InFlight, all.LagAge) : default, "Position, what is out and the age of the lag when all is claimed");
    }

    private static async Task LagAgeAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 3);
        await bench.MakeOlderAsync(topic, TimeSpan.FromHours(3));
        await bench.AppendAsync(topic, 1);

        Expect.Same(3, (int)((await bench.StatusAsync(group)).LagAge ?? default).TotalHours, "Hours that the first event has been waiting");
        await bench.ClaimAsync(group, node, most: 3);
        Expect.Same(0, (int)((await bench.StatusAsync(group)).LagAge ?? default).TotalHours, "Hours that the next has been waiting");
    }
}
