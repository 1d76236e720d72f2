using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Topics;

/// <summary>How far retention may raise a topic's floor.</summary>
internal static class Trim
{
    private static readonly TimeSpan Youth = TimeSpan.FromMinutes(1);

    public static TrimResult Run(TopicRow topic, DateTimeOffset now)
    {
        var (log, keep) = (topic.Log, topic.Retention);
        var before = log.Floor;
        var shielded = Shielded(topic);
        var settled = Math.Min(
            Math.Max(keep.Count is { } count ? shielded - count : 0, keep.Age is { } age ? Math.Min(log.OffsetAt(now - age), shielded) : 0),
            log.OffsetAt(now - Youth));
        var forced = Math.Max(
            keep.MaxBacklogEvents is { } events ? log.Tail - events : 0,
            keep.MaxBacklogAge is { } backlogAge ? log.OffsetAt(now - backlogAge) : 0);
        var floor = Math.Max(before, Math.Min(Math.Max(settled, forced), log.Tail - 1)); // the newest stays
        var lost = Math.Max(0, floor - Math.Max(shielded, before));
        log.Raise(floor);
        if (lost > 0)
            DropRetries(topic);
        var dead = keep.DeadLetterAge is { } deadAge ? topic.DeadLetters.DropBefore(now - deadAge) : 0;
        return new TrimResult(floor, before, lost, dead);
    }

    /// <summary>Takes everything.</summary>
    public static void Clear(TopicRow topic)
    {
        topic.Log.Raise(topic.Log.Tail);
        DropRetries(topic);
    }

    // Retries that nobody has in hand go with their events.
    private static void DropRetries(TopicRow topic)
    {
        foreach (var group in topic.Groups.Values)
            group.Retries.DropBelow(topic.Log.Floor);
    }

    // The lowest offset that somebody still needs.
    private static long Shielded(TopicRow topic) => topic.Groups.Values
        .Select(group => Math.Min(group.Position, Math.Min(group.LowestLease, group.Retries.LowestWithoutCopy)))
        .Concat(topic.Marks.Values)
        .Append(topic.Log.Tail)
        .Min();
}
