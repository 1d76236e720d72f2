using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Deliveries;

/// <summary>
/// How far a private subscriber has read, and what to read next: pages of history until one is empty, then whatever is heard of that no live page brings. What was read is remembered,
/// so that it can be compared with a log that may have been rewound. One call is under way at a time; a wake-up during it is remembered.
/// </summary>
internal sealed class ReadDesk
{
    /// <summary>Events in a page that it reads.</summary>
    public const int Page = 500;

    private readonly Backoff _backoff = Backoff.OfStore();
    private readonly Recall _recall = new();
    private long _tail, _proven, _known; // the topic has come as far as _proven, and as far as _known by what was heard; up to _tail is asked for
    private bool _reading, _heard, _verifying, _verifyAgain;
    private bool _looking = true; // nothing has said how far the topic has come: it reads until a page is empty

    public bool IsOpen { get; private set; }

    /// <summary>The first offset that was not read yet.</summary>
    public long Position { get; private set; }

    /// <summary>Whether a page is being read.</summary>
    public bool IsReading => _reading;

    public TimeSpan? NextTick => _reading ? null : _backoff.Until;

    /// <summary>It begins at a position of a topic that has come that far; at one above that it waits.</summary>
    public void Open(long position, long tail)
    {
        (_tail, _proven, _known) = (Math.Max(_tail, position + 1), Math.Min(position, tail), Math.Max(_known, tail));
        (Position, IsOpen) = (position, true);
    }

    /// <summary>The topic has come that far; a hint.</summary>
    public void Hear(long tail)
    {
        (_tail, _known) = (Math.Max(_tail, tail), Math.Max(_known, tail));
        _heard |= tail > Position;
    }

    /// <summary>A live page has come, and whatever comes after it comes the same way. True where it fits on the end of what was read.</summary>
    public bool HearLive(IReadOnlyList<StoredEvent> page)
    {
        Hear(page[^1].Offset + 1);
        _looking = false;
        return IsOpen && !_reading && !_verifying && !_verifyAgain && page[0].Offset <= Position && Position <= page[^1].Offset;
    }

    /// <summary>These are read, and follow what was read before.</summary>
    public void Take(IReadOnlyList<StoredEvent> events)
    {
        Position = _proven = events[^1].Offset + 1;
        _recall.Add(events);
    }

    /// <summary>The page that was asked for is here.</summary>
    public void PageRead(long from, IReadOnlyList<StoredEvent> page)
    {
        _reading = false;
        _backoff.Clear();
        if (page.Count == 0)
        {
            End(from);
            return;
        }

        Take(page);
        _tail = Math.Max(_tail, _looking ? Position + 1 : Position);
    }

    public void ReadFailed(TimeSpan now)
    {
        _reading = false;
        _backoff.Fail(now);
    }

    /// <summary>The log may not be what it was; up to an offset it is proven to be.</summary>
    public void Verify(long proven) => _verifyAgain |= IsOpen && _proven - 1 > proven;

    /// <summary>The log as it is now; the fork, where it was rewound below what was read.</summary>
    /// <param name="floor">Its floor.</param>
    /// <param name="tail">Its tail.</param>
    /// <param name="page">A page from the oldest event that is remembered.</param>
    public long? Verified(long floor, long tail, IReadOnlyList<StoredEvent> page)
    {
        _verifying = false;
        return _recall.ForkIn(floor, tail, page) ?? (tail < _proven ? tail : null);
    }

    public void VerifyFailed(TimeSpan now)
    {
        (_verifying, _verifyAgain) = (false, true);
        _backoff.Fail(now);
    }

    /// <summary>What was read from the fork on never happened.</summary>
    public void Rewind(long fork, long tail)
    {
        _recall.ForgetFrom(fork);
        (Position, _tail, _proven, _known) = (fork, tail, fork, Math.Min(_known, tail));
    }

    /// <summary>What lies below was taken before it was read.</summary>
    public void Jump(long floor) => Position = floor;

    /// <summary>What to ask the log for now, if anything. A look at what was read before comes before a read of what is next: that may belong to another history.</summary>
    public DeliveryEffect? Next(bool hasRoom, TimeSpan now)
    {
        if (_backoff.Waits(now) || !IsOpen || _reading || _verifying)
            return null;
        if (_verifyAgain)
        {
            (_verifying, _verifyAgain) = (true, false);
            return new DeliveryEffect.Verify(_recall.Oldest ?? Position, Recall.Most);
        }

        if (Position >= _tail || !hasRoom)
            return null;
        (_reading, _heard) = (true, false);
        return new DeliveryEffect.Read(Position, Page);
    }

    // What was heard since the read was sent may be newer than its answer; a tail that was rewound must not be asked for again and again.
    private void End(long from)
    {
        _looking = false;
        if (_heard)
            return;
        _verifyAgain |= _known > from; // more was heard of than there is: it was taken, or never was
        (_tail, _known) = (Math.Min(_tail, from), Math.Min(_known, from));
    }
}
