using System.Collections.Concurrent;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Postgres.Leases;

/// <summary>
/// Remembers for each group a moment before which no retry is due, so that a look never walks what is long done, however much of it a stranger's
/// snapshot keeps from being cleaned up. A retry is due at the earliest when it is written, and is there to be seen soon after: most looks begin shortly before
/// the last one that left nothing. A write that takes longer than the slack has had its session ended: every few seconds a look begins a slack before. Whatever
/// got past that is found by the whole look that comes once a minute.
/// </summary>
internal sealed class RetryMarks(TimeSpan writeTimeout, TimeProvider clock)
{
    private static readonly TimeSpan Whole = TimeSpan.FromMinutes(1), Wide = TimeSpan.FromSeconds(5), Near = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(GroupKey, bool), Mark> _marks = new();
    private readonly TimeSpan _slack = writeTimeout + TimeSpan.FromSeconds(30);

    /// <summary>The moment from which to look, by the database's clock; null to look at all.</summary>
    /// <param name="group">The group.</param>
    /// <param name="suspects">Whether suspects are looked for, or the others.</param>
    public DateTimeOffset? Since(GroupKey group, bool suspects)
    {
        if (!_marks.TryGetValue((group, suspects), out var mark) || clock.GetElapsedTime(mark.LastWhole) >= Whole)
            return null;
        return mark.Quiet - (clock.GetElapsedTime(mark.LastWide) >= Wide ? _slack : Near);
    }

    /// <summary>The moment from which to look for both.</summary>
    public DateTimeOffset? Since(GroupKey group) => Since(group, suspects: false) is { } others && Since(group, suspects: true) is { } suspects ? Earlier(others, suspects) : null;

    /// <summary>A look has ended.</summary>
    /// <param name="group">The group.</param>
    /// <param name="suspects">Whether suspects were looked for, or the others.</param>
    /// <param name="since">From when on it looked.</param>
    /// <param name="due">Whether a retry may be due that was not claimed.</param>
    /// <param name="at">When it looked, by the database's clock.</param>
    public void Looked(GroupKey group, bool suspects, DateTimeOffset? since, bool due, DateTimeOffset at)
    {
        var now = clock.GetTimestamp();
        var known = _marks.TryGetValue((group, suspects), out var mark);
        if (due && since is null)
            _marks.TryRemove((group, suspects), out _);
        else if (!due && since is null)
            _marks[(group, suspects)] = new Mark(at, now, now);
        else if (!due && known)
            _marks.TryUpdate((group, suspects), mark! with { Quiet = at, LastWide = since <= mark.Quiet - _slack ? now : mark.LastWide }, mark);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private sealed record Mark(DateTimeOffset Quiet, long LastWhole, long LastWide);
}
