using System.Collections.Concurrent;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Postgres.Subscriptions;

/// <summary>
/// Remembers for each group below which offset nothing is open, so that a measure never walks what is long settled, however much of it a stranger's snapshot
/// keeps from being cleaned up. In one generation new leases come after those that were seen, and retries from leases; only a redrive brings back what
/// lies lower. One of this store is known at once; another node's, or a log that was rewound, is found by the whole look that comes once a minute.
/// </summary>
internal sealed class MeasureMarks(TimeProvider clock)
{
    private static readonly TimeSpan Whole = TimeSpan.FromMinutes(1);
    private static readonly Mark None = new(-1, long.MinValue, long.MinValue, 0);

    private readonly ConcurrentDictionary<GroupKey, Mark> _marks = new();
    private int _redrives;

    /// <summary>Where to look.</summary>
    public Look Begin(IReadOnlyList<GroupKey> groups)
    {
        var redrives = Volatile.Read(ref _redrives);
        return new Look([.. groups.Select(Known)], redrives, clock.GetTimestamp());
    }

    /// <summary>A look has ended.</summary>
    /// <param name="look">The look.</param>
    /// <param name="group">The group.</param>
    /// <param name="known">The mark from which it looked.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="lease">Its lowest open lease, or where the next one comes.</param>
    /// <param name="unsettled">Its lowest offset that is not settled.</param>
    public void End(Look look, GroupKey group, Mark known, long generation, long lease, long unsettled)
    {
        if (look.Redrives == Volatile.Read(ref _redrives))
            _marks[group] = new Mark(generation, lease, unsettled, known.Generation == generation ? known.LastWhole : look.Begun);
    }

    /// <summary>Looks at all once more: dead letters are being redriven.</summary>
    public void Redriven()
    {
        Interlocked.Increment(ref _redrives);
        _marks.Clear();
    }

    /// <summary>The group is gone.</summary>
    public void Forget(GroupKey group) => _marks.TryRemove(group, out _);

    private Mark Known(GroupKey group) => _marks.TryGetValue(group, out var mark) && clock.GetElapsedTime(mark.LastWhole) < Whole ? mark : None;

    /// <summary>Marks for the groups of a look.</summary>
    /// <param name="Marks">One for each group.</param>
    /// <param name="Redrives">Redrives before it began.</param>
    /// <param name="Begun">When it began.</param>
    public sealed record Look(IReadOnlyList<Mark> Marks, int Redrives, long Begun);

    /// <summary>What is known of a group.</summary>
    /// <param name="Generation">The generation in which it is true.</param>
    /// <param name="Lease">No lease begins below.</param>
    /// <param name="Unsettled">No retry lies below.</param>
    /// <param name="LastWhole">When the last whole look began.</param>
    public sealed record Mark(long Generation, long Lease, long Unsettled, long LastWhole);
}
