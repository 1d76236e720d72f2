using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Leases;

/// <summary>The retries of a group: by offset, those that wait also by when they are due.</summary>
internal sealed class RetryQueue
{
    private static readonly Comparer<RetryRow> ByDue = Comparer<RetryRow>.Create((a, b) => (a.DueAt, a.Offset).CompareTo((b.DueAt, b.Offset)));

    private readonly Dictionary<long, RetryRow> _all = [];
    private readonly SortedSet<RetryRow> _waiting = new(ByDue);
    private readonly SortedSet<RetryRow> _tainted = new(ByDue); // those of the waiting that saw a death
    private readonly Dictionary<long, RetryRow> _claimed = [];
    private DateTimeOffset _lastSet; // no row was set later

    public int Waiting => _waiting.Count;

    public int Claimed => _claimed.Count;

    /// <summary>The lowest offset whose event only the log has.</summary>
    public long LowestWithoutCopy => _all.Values.Where(row => row.Copy is null).Select(row => row.Offset).DefaultIfEmpty(long.MaxValue).Min();

    /// <summary>The event of the lowest offset that is still to be had, from its retry or the log; null where there is none.</summary>
    public StoredEvent? Lowest(Func<long, StoredEvent?> log)
    {
        StoredEvent? lowest = null;
        foreach (var row in _all.Values)
        {
            if ((lowest is null || row.Offset < lowest.Offset) && (row.Copy ?? log(row.Offset)) is { } found)
                lowest = found;
        }

        return lowest;
    }

    public RetryRow? Find(long offset) => _all.GetValueOrDefault(offset);

    /// <summary>Adds a retry, unless there is one for its offset.</summary>
    public bool Add(RetryRow row)
    {
        if (_all.ContainsKey(row.Offset))
            return false;
        Put(row);
        return true;
    }

    /// <summary>Replaces the retry of the same offset, or adds it.</summary>
    public void Put(RetryRow row)
    {
        Remove(row.Offset);
        _all.Add(row.Offset, row);
        _lastSet = row.SetAt > _lastSet ? row.SetAt : _lastSet;
        if (row.Node is not null)
        {
            _claimed.Add(row.Offset, row);
            return;
        }

        _waiting.Add(row);
        if (row.Deaths > 0)
            _tainted.Add(row);
    }

    public void Remove(long offset)
    {
        if (!_all.Remove(offset, out var row))
            return;
        _claimed.Remove(offset);
        _waiting.Remove(row);
        _tainted.Remove(row);
    }

    public void Clear()
    {
        _all.Clear();
        _claimed.Clear();
        _waiting.Clear();
        _tainted.Clear();
    }

    /// <summary>Forgets what waits below a floor and has no event any more.</summary>
    public void DropBelow(long floor)
    {
        foreach (var row in _waiting.Where(row => row.Offset < floor && row.Copy is null).ToList())
            Remove(row.Offset);
    }

    /// <summary>What may be claimed now, the longest due first; only what saw a death, or everything.</summary>
    public IEnumerable<RetryRow> Due(DateTimeOffset now, bool tainted)
    {
        if (now < _lastSet)
            FollowBack(now);
        return (tainted ? _tainted : _waiting).TakeWhile(row => row.DueAt <= now);
    }

    /// <summary>What a node has claimed.</summary>
    public IEnumerable<RetryRow> HeldBy(Guid node) => _claimed.Values.Where(row => row.Node == node);

    /// <summary>All nodes that have claimed some.</summary>
    public IEnumerable<Guid> Holders => _claimed.Values.Select(row => row.Node!.Value);

    // What was set by a clock that has been set back since waits from now on, for as long as it was to at first.
    private void FollowBack(DateTimeOffset now)
    {
        foreach (var row in _waiting.Where(row => row.SetAt > now).ToList())
            Put(row with { SetAt = now });
        _lastSet = now;
    }
}
