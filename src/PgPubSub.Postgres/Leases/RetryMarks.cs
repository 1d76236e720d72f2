using System.Collections.Concurrent;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Postgres.Leases;

/// <summary>
/// Remembers for each group a moment before which no retry is due, so that a look never walks what is long done, however much of it a stranger's
/// snapshot keeps from being cleaned up. A retry is due at the earliest when it is written, and a write that takes longer than the slack has
/// had its session ended; whatever got past that is found by the whole look that comes once a minute.
/// </summary>
internal sealed class RetryMarks(TimeSpan writeTimeout, TimeProvider clock)
{
    private static readonly TimeSpan Whole = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<GroupKey, Mark> _marks = new();
    private readonly TimeSpan _slack = writeTimeout + TimeSpan.FromSeconds(30);

    /// <summary>The moment from which to look, by the database's clock; null to look at all.</summary>
    public DateTimeOffset? Since(GroupKey group) =>
        _marks.TryGetValue(group, out var mark) && clock.GetElapsedTime(mark.LastWhole) < Whole ? mark.Quiet : null;

    /// <summary>A look has ended.</summary>
    /// <param name="group">The group.</param>
    /// <param name="since">From when on it looked.</param>
    /// <param name="due">Whether a retry was due.</param>
    /// <param name="at">When it looked, by the database's clock.</param>
    public void Looked(GroupKey group, DateTimeOffset? since, bool due, DateTimeOffset at)
    {
        if (due && since is null)
            _marks.TryRemove(group, out _);
        else if (!due && since is null)
            _marks[group] = new Mark(at - _slack, clock.GetTimestamp());
        else if (!due && _marks.TryGetValue(group, out var mark))
            _marks.TryUpdate(group, mark with { Quiet = at - _slack }, mark);
    }

    private sealed record Mark(DateTimeOffset Quiet, long LastWhole);
}
