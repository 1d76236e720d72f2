using PgPubSub.Core.Faults;

namespace PgPubSub.Core.Deliveries;

/// <summary>When to look for retries: after a hint, and when one that was written here comes due.</summary>
internal sealed class RetryDesk
{
    private const int Most = 100;

    private readonly Backoff _backoff = Backoff.OfStore();
    private bool _asking, _due = true;
    private TimeSpan? _dueAt;

    public bool IsIdle => !_asking;

    /// <summary>Whether none was due when it last looked, and none of its own is to come.</summary>
    public bool IsQuiet => !_asking && !_due && _dueAt is null;

    public TimeSpan? NextTick => _asking ? null : _backoff.Until ?? _dueAt;

    public void Reset() => (_asking, _due, _dueAt) = (false, true, null);

    public void Wake() => _due = true;

    /// <summary>A retry was written that comes due then.</summary>
    public void Expect(TimeSpan at) => _dueAt = _dueAt < at ? _dueAt : at;

    public void Claimed(int count)
    {
        _asking = false;
        _backoff.Clear();
        _due |= count > 0;
    }

    public void Failed(TimeSpan now)
    {
        (_asking, _due) = (false, true);
        _backoff.Fail(now);
    }

    public DeliveryEffect? Next(int room, TimeSpan now)
    {
        if (_dueAt <= now)
            (_dueAt, _due) = (null, true);
        if (_backoff.Waits(now) || _asking || !_due || room <= 0)
            return null;
        (_asking, _due) = (true, false);
        return new DeliveryEffect.ClaimRetries(Math.Min(Most, room));
    }
}
