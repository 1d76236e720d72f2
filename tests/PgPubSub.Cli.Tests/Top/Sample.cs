using PgPubSub.Cli.Top;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Nodes;

namespace PgPubSub.Cli.Tests.Top;

/// <summary>Looks without a database.</summary>
internal static class Sample
{
    public static TopicStatus Topic(string name, long tail = 0, int id = 1) => new(name, new TopicId(id), 0, tail, Retention.Default, 0);

    public static GroupStatus Group(string name, long position = 0, long tail = 0, long inFlight = 0, long retrying = 0, int id = 1, string topic = "orders") =>
        new(topic, name, new GroupKey(new TopicId(1), id), position, tail, null, inFlight, retrying, 0, Paused: false, GroupRules.Default, null);

    public static NodeStatus Node(string name) =>
        new(Guid.NewGuid(), name, "2026-11-29 05:00:00.000000", true, true, false, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), null);

    public static Look Look(double at, params IReadOnlyList<TopicStatus> topics) => new(new(TimeSpan.FromSeconds(at), topics), new(TimeSpan.FromSeconds(at), []), []);

    public static Look Look(double at, params IReadOnlyList<GroupStatus> groups) => new(new(TimeSpan.FromSeconds(at), []), new(TimeSpan.FromSeconds(at), groups), []);

    /// <summary>A board of so many of each.</summary>
    public static Board BoardOf(int topics, int groups, int nodes) => Board.Of(null, new Look(
        new(TimeSpan.Zero, [.. Enumerable.Range(0, topics).Select(i => Topic($"topic-{i}", i, i))]),
        new(TimeSpan.Zero, [.. Enumerable.Range(0, groups).Select(i => Group($"group-{i}", id: i))]),
        [.. Enumerable.Range(0, nodes).Select(i => Node($"node-{i}"))]));
}
