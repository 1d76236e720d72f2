using PgPubSub.Core.Faults;

namespace PgPubSub.Core.Deliveries;

/// <summary>
/// Whether to claim now, and how much. At most one claim is out; what an unanswered one got is found by its token before the next.
/// A wake-up during a claim is remembered.
/// </summary>
internal sealed class ClaimDesk
{
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(5);

    private readonly Backoff _backoff = Backoff.OfStore();
    private readonly ClaimPacer _pacer = new();
    private Stage _stage;
    private long _position, _knownTail;
    private int _asked;
    private bool _more;
    private TimeSpan? _lingerUntil;

    private enum Stage
    {
        Idle,
        Asking,
        Doubtful,
        Finding,
    }

    /// <summary>Whether no claim is out.</summary>
    public bool IsIdle => _stage is Stage.Idle;

    public TimeSpan? NextTick => _stage is Stage.Asking or Stage.Finding ? null : _backoff.Until ?? _lingerUntil;

    /// <summary>The group stands there; whether more has come is to be found out.</summary>
    public void Open(long position) => (_position, _more, _stage, _lingerUntil) = (position, true, Stage.Idle, null);

    /// <summary>The group stands elsewhere. A claim under way is not given up.</summary>
    public void MoveTo(long position) => (_position, _more) = (position, true);

    /// <summary>Nothing that was heard counts any more: whether more has come is to be found out.</summary>
    public void Recheck() => _more = true;

    /// <summary>Whether everything below an offset has been claimed.</summary>
    public bool HasPassed(long tail) => _position >= tail;

    public void Wake(long tail)
    {
        _knownTail = Math.Max(_knownTail, tail);
        _more |= tail > _position;
    }

    public void Claimed(ClaimedPage page, long mostBytes)
    {
        (_stage, _position) = (Stage.Idle, page.Hi);
        _backoff.Clear();
        _pacer.Got(page.Events.Count);
        if (page.IsEmpty)
        {
            // What was heard since the claim was sent may be newer than its answer; a tail that was rewound must not be asked for again and again.
            _more &= _knownTail > page.Hi;
            _knownTail = _more ? _knownTail : Math.Min(_knownTail, page.Hi);
            return;
        }

        _more = page.Hi - page.Lo >= _asked || _knownTail > page.Hi || page.Events.Sum(e => (long)e.Data.Length) > mostBytes / 2;
    }

    /// <summary>The claim did nothing: it failed so, or no lease bears its token.</summary>
    public void NotClaimed()
    {
        (_stage, _more) = (Stage.Idle, true);
    }

    public void Failed(FaultKind kind, TimeSpan now)
    {
        _backoff.Fail(now);
        _stage = _stage is Stage.Finding || kind is FaultKind.Unknown ? Stage.Doubtful : Stage.Idle;
        _more = true;
    }

    public DeliveryEffect? Next(int waiting, int free, int window, TimeSpan now)
    {
        var lingers = _lingerUntil;
        _lingerUntil = null;
        if (_backoff.Waits(now))
            return null;
        if (_stage is Stage.Doubtful)
        {
            _stage = Stage.Finding;
            return new DeliveryEffect.FindClaim();
        }

        if (_stage is not Stage.Idle || !_more || window == 0)
            return null;
        var want = Math.Min(ClaimPacer.Most, free + _pacer.Ahead - waiting);
        if (want <= 0)
            return null;
        if (want < Math.Min(ClaimPacer.Most, (window + _pacer.Ahead) / 2) && !Lingered(lingers, waiting, free, now))
            return null;
        _pacer.Ask(now, window, waiting);
        want = Math.Min(ClaimPacer.Most, free + _pacer.Ahead - waiting);
        if (want <= 0)
            return null;
        (_stage, _asked, _more, _lingerUntil) = (Stage.Asking, want, false, null);
        return new DeliveryEffect.Claim(want);
    }

    // A small claim waits a little for room to gather, but no consumer that is free waits longer than that.
    private bool Lingered(TimeSpan? until, int waiting, int free, TimeSpan now)
    {
        if (waiting > 0 || free == 0)
            return false;
        _lingerUntil = until ?? now + Linger;
        return _lingerUntil <= now;
    }
}
