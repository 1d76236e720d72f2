using PgPubSub.Core.Faults;

namespace PgPubSub.Core.Deliveries;

/// <summary>
/// When answers are written: at once when a holding is answered whole, else after a few milliseconds, everything that has gathered in
/// one transaction. One write is under way at a time; one that failed is repeated as it was.
/// </summary>
internal sealed class SettleLedger
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(5);

    private readonly Backoff _backoff = Backoff.OfStore();
    private readonly List<Holding> _dirty = [];
    private SettleBatch? _batch;
    private bool _writing, _urgent;
    private TimeSpan? _flushAt;

    /// <summary>The number of the last write that is over.</summary>
    public long Ended { get; private set; }

    /// <summary>The number of the write that everything that has gathered comes with.</summary>
    public long Gathered => Ended + (_batch is null ? 0 : 1) + (_dirty.Count == 0 ? 0 : 1);

    public TimeSpan? NextTick => _writing ? null : _batch is not null ? _backoff.Until : _flushAt;

    /// <summary>Whether nothing waits to be written and nothing is being written.</summary>
    public bool IsIdle => _batch is null && _dirty.Count == 0;

    public void Add(Holding holding, TimeSpan now)
    {
        if (!holding.Queued)
        {
            holding.Queued = true;
            _dirty.Add(holding);
        }

        _urgent |= holding.Open == 0;
        _flushAt ??= now + Gather;
    }

    /// <summary>What has gathered waits for no more.</summary>
    public void Hurry() => _urgent |= _dirty.Count > 0;

    /// <summary>The batch to write now, if any.</summary>
    public SettleBatch? Next(TimeSpan now)
    {
        if (_writing || _backoff.Waits(now))
            return null;
        if (_batch is null)
        {
            if (_dirty.Count == 0 || (!_urgent && _flushAt > now))
                return null;
            var batch = new SettleBatch();
            foreach (var holding in _dirty.Where(holding => holding.IsDirty))
                holding.Flush(batch);
            _dirty.ForEach(holding => holding.Queued = false);
            _dirty.Clear();
            (_urgent, _flushAt) = (false, null);
            if (batch.IsEmpty)
            {
                Ended++;
                return null; // what had gathered was dropped with its lease
            }

            _batch = batch;
        }

        _writing = true;
        return _batch;
    }

    /// <summary>The write under way is committed.</summary>
    public SettleBatch Written()
    {
        var batch = _batch ?? throw new InvalidOperationException("No settlement is under way.");
        (_batch, _writing) = (null, false);
        Ended++;
        _backoff.Clear();
        return batch;
    }

    /// <summary>It failed, and is written again after a wait.</summary>
    public void Failed(FaultKind kind, TimeSpan now)
    {
        _writing = false;
        _backoff.Fail(now);
        if (_batch is not null)
            _batch.Doubtful |= kind is FaultKind.Unknown;
    }

    /// <summary>Nothing of it can be written any more.</summary>
    public IReadOnlyList<Confirmation> Abandon()
    {
        List<Confirmation> waiting = [.. _batch?.Waiting ?? []];
        Ended = Gathered;
        _dirty.ForEach(holding => holding.Queued = false);
        _dirty.Clear();
        (_batch, _writing, _urgent, _flushAt) = (null, false, false, null);
        _backoff.Clear();
        return waiting;
    }
}
