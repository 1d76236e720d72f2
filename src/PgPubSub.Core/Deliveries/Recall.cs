using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Deliveries;

/// <summary>Remembers the last events that were read, so that a log that was rewound by a failover is noticed and its fork found.</summary>
internal sealed class Recall
{
    /// <summary>How many are remembered.</summary>
    public const int Most = 256;

    private readonly Queue<(long Offset, Guid Id)> _read = new();

    /// <summary>The oldest offset that is remembered, or null.</summary>
    public long? Oldest => _read.TryPeek(out var oldest) ? oldest.Offset : null;

    public void Add(IReadOnlyList<StoredEvent> events)
    {
        for (var i = Math.Max(0, events.Count - Most); i < events.Count; i++)
        {
            if (_read.Count == Most)
                _read.Dequeue();
            _read.Enqueue((events[i].Offset, events[i].Id));
        }
    }

    /// <summary>The first remembered offset that the log does not bear any more; null where it bears them all, or has let them go from its floor down.</summary>
    public long? ForkIn(long floor, long tail, IReadOnlyList<StoredEvent> page)
    {
        var there = page.ToDictionary(e => e.Offset, e => e.Id);
        foreach (var (offset, id) in _read)
        {
            if (offset >= tail || (offset >= floor && there.TryGetValue(offset, out var now) && now != id))
                return offset;
        }

        return null;
    }

    /// <summary>What comes from an offset on was never read.</summary>
    public void ForgetFrom(long offset)
    {
        var kept = _read.Where(e => e.Offset < offset).ToArray();
        _read.Clear();
        foreach (var one in kept)
            _read.Enqueue(one);
    }
}
