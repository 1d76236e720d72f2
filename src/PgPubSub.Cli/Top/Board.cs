using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Nodes;

namespace PgPubSub.Cli.Top;

/// <summary>What two looks show together: where everything stands, and how fast it moves.</summary>
/// <param name="Elapsed">The time between the looks; null where there was none before.</param>
/// <param name="Topics">Those that most is published to first, then by name.</param>
/// <param name="Groups">Those with most lag first, then by name.</param>
/// <param name="Nodes">Those first that hold events without being registered, then by name.</param>
internal sealed record Board(TimeSpan? Elapsed, IReadOnlyList<TopicRow> Topics, IReadOnlyList<GroupRow> Groups, IReadOnlyList<NodeStatus> Nodes)
{
    public static Board Of(Look? before, Look now)
    {
        var (topics, groups) = (before?.Topics.All.ToDictionary(one => one.Id), before?.Groups.All.ToDictionary(one => one.Key));
        return new Board(
            now.Groups.At - before?.Groups.At,
            [
                .. now.Topics.All.Select(one => new TopicRow(one, Rate(topics?.GetValueOrDefault(one.Id)?.Tail, one.Tail, now.Topics.At - before?.Topics.At)))
                    .OrderByDescending(row => row.Published ?? 0).ThenBy(row => row.Status.Name, StringComparer.Ordinal),
            ],
            [
                .. now.Groups.All.Select(one => new GroupRow(one, Rate(Handled(groups?.GetValueOrDefault(one.Key)), Handled(one), now.Groups.At - before?.Groups.At)))
                    .OrderByDescending(row => row.Status.Lag).ThenBy(row => row.Status.Topic, StringComparer.Ordinal).ThenBy(row => row.Status.Group, StringComparer.Ordinal),
            ],
            now.Nodes);
    }

    // What was claimed and is neither out nor to come again was acked or buried.
    private static long? Handled(GroupStatus? group) => group?.Position - group?.InFlight - group?.Retrying;

    // Less than before: a group was moved back, or events were redriven. That is no speed.
    private static double? Rate(long? before, long? now, TimeSpan? elapsed) =>
        now - before is { } more and >= 0 && elapsed is { Ticks: > 0 } time ? more / time.TotalSeconds : null;
}

/// <summary>A topic and what is published to it.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Published">Events a second; null where it was not there at the look before.</param>
internal sealed record TopicRow(TopicStatus Status, double? Published);

/// <summary>A group and what it handles.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Handled">Events a second that were acked or buried; null where it was not there at the look before, or was moved back.</param>
internal sealed record GroupRow(GroupStatus Status, double? Handled);
