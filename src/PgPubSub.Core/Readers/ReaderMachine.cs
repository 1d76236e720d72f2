using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Readers;

/// <summary>Reads each new event of a topic once for all private subscribers of a node. One that can't keep up reads for itself.</summary>
internal sealed class ReaderMachine
{
    /// <summary>Events in a page that it reads.</summary>
    public const int Page = 500;

    private readonly Backoff _backoff = Backoff.OfStore();
    private long? _next;
    private long _polled; // the last poll was answered when so much was read
    private (long Offset, Guid Id)? _last;
    private bool _serves, _reading, _checking, _doubted;

    public List<ReaderEffect> Effects { get; } = [];

    /// <summary>How far the topic is known to have come.</summary>
    public long Tail { get; private set; }

    public TimeSpan? NextTick => _reading ? null : _backoff.Until;

    /// <summary>There are subscribers, or none any more. What was read before somebody came did not reach it: it is to be told of <see cref="Tail"/>.</summary>
    public void Serve(bool anybody)
    {
        _serves = anybody;
        if (anybody)
            return;
        _next = null; // a page on its way is nobody's
        Effects.Add(new ReaderEffect.Forget());
    }

    public void Wake(long tail, TimeSpan now)
    {
        if (_serves)
            _next ??= Math.Max(0, tail - 1); // what is older is history: each subscriber reads it for itself
        Tail = Math.Max(Tail, tail);
        Read(now);
    }

    /// <summary>How far a poll saw the topic come.</summary>
    public void Polled(long tail)
    {
        if (tail < _polled)
            Doubt(); // less than was read before this poll was asked: the log was rewound
        _polled = _next ?? 0;
    }

    /// <summary>The log may not be what it was. One look at what was read last speaks for all that came before it, and what is read after it was asked is the log as it is now: so for nearly
    /// all subscribers. A page that is on its way may still be of the log as it was: it is waited for.</summary>
    public void Doubt()
    {
        _doubted = true;
        Check();
    }

    /// <summary>Whether the log still has the event that was read last.</summary>
    public void Checked(long offset, bool holds)
    {
        _checking = false;
        if (holds && _last is { Offset: var last })
            Confirm(offset, last);
        else
            Forget();
        Check();
    }

    public void PageRead(long from, long tail, IReadOnlyList<StoredEvent> page, TimeSpan now)
    {
        _reading = false;
        if (page.Count > 0)
            _backoff.Clear();
        if (_next == from) // else it was asked before the log was doubted
            Take(tail, page, now);
        Check();
        Read(now);
    }

    public void ReadFailed(TimeSpan now)
    {
        _reading = false;
        Check();
        _backoff.Fail(now);
    }

    public void Tick(TimeSpan now)
    {
        if (!_backoff.Waits(now))
            Read(now);
    }

    private void Check()
    {
        if (!_doubted || _checking || _reading)
            return;
        _doubted = false;
        if (_last is not var (offset, id))
        {
            Forget();
            return;
        }

        _checking = true;
        Effects.Add(new ReaderEffect.Check(offset, id));
    }

    private void Confirm(long looked, long last)
    {
        if (last == looked && _next > looked + 1)
            _next = Tail = looked + 1; // it had passed over what was heard of and never was: what comes in its place is to be read
        Effects.Add(new ReaderEffect.LookAgain(last));
    }

    // What was read may not be what the log says now: each subscriber finds out for itself, and what comes next is read afresh.
    private void Forget()
    {
        (_next, Tail, _last) = (null, 0, null);
        Effects.Add(new ReaderEffect.Forget());
        Effects.Add(new ReaderEffect.LookAgain(-1));
    }

    private void Read(TimeSpan now)
    {
        if (_reading || !_serves || _next is not { } next || next >= Tail || _backoff.Waits(now))
            return;
        _reading = true;
        Effects.Add(new ReaderEffect.Read(next, Tail));
    }

    private void Take(long tail, IReadOnlyList<StoredEvent> page, TimeSpan now)
    {
        if (page.Count == 0)
        {
            _next = tail; // what was heard of before the read is not there: it was taken, or never was, and is not asked for again
            Effects.Add(new ReaderEffect.Missing(tail));
            _backoff.Fail(now); // whoever tells of what never was is not followed at once
            return;
        }

        _last = (page[^1].Offset, page[^1].Id);
        _next = page[^1].Offset + 1;
        Effects.Add(new ReaderEffect.Hand(page));
    }
}
