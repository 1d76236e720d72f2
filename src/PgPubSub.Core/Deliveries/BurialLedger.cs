using PgPubSub.Core.Faults;

namespace PgPubSub.Core.Deliveries;

/// <summary>
/// A private subscriber's dead letters on their way to the database: in their order, one at a time; one that failed is written again after a wait.
/// </summary>
internal sealed class BurialLedger
{
    private readonly Queue<(Failure Failure, Confirmation? Waiting)> _unburied = new();
    private readonly Backoff _backoff = Backoff.OfStore();
    private bool _writing;

    /// <summary>How many are not known to be written.</summary>
    public int Count => _unburied.Count;

    /// <summary>Their offsets.</summary>
    public IEnumerable<long> Offsets => _unburied.Select(one => one.Failure.Offset);

    public TimeSpan? NextTick => _writing ? null : _backoff.Until;

    /// <summary>Takes one, and whoever is to hear that it is written.</summary>
    public void Add(Failure failure, Confirmation? waiting) => _unburied.Enqueue((failure, waiting));

    /// <summary>The one to write now, if any.</summary>
    public Failure? Next(TimeSpan now)
    {
        if (_writing || !_unburied.TryPeek(out var next) || _backoff.Waits(now))
            return null;
        _writing = true;
        return next.Failure;
    }

    /// <summary>The one under way is committed; whoever waits for it.</summary>
    public Confirmation? Written()
    {
        _writing = false;
        _backoff.Clear();
        return _unburied.Dequeue().Waiting;
    }

    public void Failed(TimeSpan now)
    {
        _writing = false;
        _backoff.Fail(now);
    }

    /// <summary>Nothing more is written; whoever waits, and for what nobody can say whether it ever is.</summary>
    public IReadOnlyList<Confirmation> Abandon()
    {
        Confirmation[] waiting = [.. _unburied.Select(one => one.Waiting).OfType<Confirmation>()];
        _unburied.Clear();
        return waiting;
    }
}
