using PgPubSub.Core.Faults;

namespace PgPubSub.Core.Deliveries;

/// <summary>
/// Messages that may be what kills nodes go out one at a time on a node: the subscription asks for the node's permit, claims one, and
/// gives the permit back when that one is settled.
/// </summary>
internal sealed class SuspectDesk
{
    private readonly Backoff _backoff = Backoff.OfStore();
    private Stage _stage;
    private bool _due = true;
    private long? _out;

    private enum Stage
    {
        Idle,
        Asking,
        Granted,
        Claiming,
        Out,
    }

    /// <summary>
    /// Whether one is to come: a place is kept for it, and it is claimed only when that is free. A suspect counts as out from its claim on, so it must not wait.
    /// </summary>
    public bool IsExpected => _stage is Stage.Granted or Stage.Claiming;

    public bool IsIdle => _stage is not Stage.Claiming;

    public TimeSpan? NextTick => _stage is Stage.Idle && _due ? _backoff.Until : null;

    public void Wake() => _due = true;

    /// <summary>The permit is here. False where nobody wants it any more.</summary>
    public bool Granted()
    {
        if (_stage is not Stage.Asking)
            return false;
        _stage = Stage.Granted;
        return true;
    }

    /// <summary>The claim is answered; the holding's number, or null where no suspect was due.</summary>
    public DeliveryEffect? Claimed(long? holding)
    {
        _backoff.Clear();
        (_stage, _out) = holding is null ? (Stage.Idle, null) : (Stage.Out, holding);
        _due |= holding is not null;
        return holding is null ? new DeliveryEffect.ReturnPermit() : null;
    }

    public DeliveryEffect Failed(TimeSpan now)
    {
        _backoff.Fail(now);
        (_stage, _due) = (Stage.Idle, true);
        return new DeliveryEffect.ReturnPermit();
    }

    /// <summary>A holding is over.</summary>
    public DeliveryEffect? Over(long holding)
    {
        if (_out != holding)
            return null;
        (_stage, _out) = (Stage.Idle, null);
        return new DeliveryEffect.ReturnPermit();
    }

    /// <summary>What was under way is over, whatever became of it. A permit that was asked for is still to come, and is waited for.</summary>
    public DeliveryEffect? Reset()
    {
        var held = _stage is not (Stage.Idle or Stage.Asking);
        (_stage, _out, _due) = (held ? Stage.Idle : _stage, null, true);
        return held ? new DeliveryEffect.ReturnPermit() : null;
    }

    /// <summary>Nobody consumes: a permit that nothing is out under goes back.</summary>
    public DeliveryEffect? GiveUp() => _stage is Stage.Granted ? Reset() : null;

    public DeliveryEffect? Next(int room, TimeSpan now)
    {
        switch (_stage)
        {
            case Stage.Idle when !_backoff.Waits(now) && _due && room > 0:
                _stage = Stage.Asking;
                return new DeliveryEffect.AskPermit();
            case Stage.Granted when room > 0:
                (_stage, _due) = (Stage.Claiming, false);
                return new DeliveryEffect.ClaimSuspect();
            default:
                return null;
        }
    }
}
