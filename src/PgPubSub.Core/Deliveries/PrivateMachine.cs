using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Deliveries;

/// <summary>
/// A private subscriber: history from where it starts, then live, each event once and in order; nothing is written for it but its
/// dead letters. Live pages are taken while they fit on the end of what it has; otherwise it is behind and reads pages of its own.
/// </summary>
internal sealed class PrivateMachine : IAnswerTaker
{
    /// <summary>Events in a page that it reads.</summary>
    public const int Page = 500;

    // Failed messages wait in memory, for their retry or their burial: past this many nothing new is read.
    private const int MostFailed = 1_000;

    private readonly GroupRules _rules;
    private readonly HandOuts _messages;
    private readonly PriorityQueue<(StoredEvent Event, int Attempt), TimeSpan> _retries = new();
    private readonly BurialLedger _burials = new();
    private readonly Backoff _reads = Backoff.OfStore();
    private readonly Recall _recall = new();
    private long _next, _tail, _proven, _known; // the topic has come as far as _proven, and as far as _known by what was heard; up to _tail is asked for
    private bool _reading, _open, _heard, _verifying, _verifyAgain, _draining, _done;
    private bool _looking = true; // nothing has said how far the topic has come: it reads until a page is empty

    public PrivateMachine(GroupRules rules, int window)
    {
        (_rules, _messages) = (rules, new HandOuts(Effects) { AckDeadline = rules.AckDeadline });
        _messages.Consumers.Join(0, window);
    }

    public List<DeliveryEffect> Effects { get; } = [];

    /// <summary>The lowest offset that is not settled; null before it is open.</summary>
    public long? Low => !_open ? null : HoldsNothing ? _next : _messages.Unanswered.Select(item => item.Event.Offset)
        .Concat(_retries.UnorderedItems.Select(retry => retry.Element.Event.Offset))
        .Concat(_burials.Offsets)
        .Append(_next).Min();

    public bool IsOpen => _open;

    /// <summary>Whether everything that was read is settled.</summary>
    public bool HoldsNothing => IsAtRest && _retries.Count == 0;

    public int InFlight => _messages.Holdings.Sum(holding => holding.Open) + _retries.Count;

    private bool IsClogged => _retries.Count + _burials.Count >= MostFailed;

    public TimeSpan? NextTick => Moments.Earliest(
        !_draining && _retries.TryPeek(out _, out var due) ? due : null, _reading || _draining ? null : _reads.Until, _burials.NextTick, _messages.NextDeadline);

    /// <summary>Whether all below an offset was read and settled.</summary>
    public bool IsIdleAt(long tail) => _open && _next >= tail && !_reading && HoldsNothing;

    private bool IsAtRest => _messages.IsEmpty && _burials.Count == 0;

    /// <summary>It begins at a position of a topic that has come that far; at one above that it waits.</summary>
    public void Open(long position, long tail, TimeSpan now)
    {
        (_next, _tail, _proven, _known, _open) = (position, Math.Max(_tail, position + 1), Math.Min(position, tail), Math.Max(_known, tail), true);
        Pump(now);
    }

    /// <summary>The node stops: nothing more is read or handed out; what is out may still be answered.</summary>
    public void Drain(TimeSpan now)
    {
        _draining = true;
        while (_messages.TakeBack() is { } item)
            Forget(item);
        Pump(now);
    }

    /// <summary>Its consumer leaves: nothing is handed out any more, what is out is revoked; dead letters that are to be written still are.</summary>
    public void Leave(TimeSpan now)
    {
        foreach (var holding in _messages.Holdings.ToArray())
        {
            _messages.Remove(holding);
            _messages.Drop(holding, "its subscription ended");
        }

        Drain(now);
    }

    /// <summary>The log may not be what it was: a connection was lost, or its tail was seen below what was read. Up to an offset it is proven to be.</summary>
    public void Verify(long proven, TimeSpan now)
    {
        _verifyAgain |= _open && _proven - 1 > proven;
        Pump(now);
    }

    /// <summary>The log as it is now: its floor, its tail, and a page from the oldest event that is remembered.</summary>
    public void Verified(long floor, long tail, IReadOnlyList<StoredEvent> page, TimeSpan now)
    {
        _verifying = false;
        if ((_recall.ForkIn(floor, tail, page) ?? (tail < _proven ? tail : null)) is { } fork)
            Rewind(fork, tail);
        if (floor > _next)
        {
            Effects.Add(new DeliveryEffect.Jumped(_next, floor));
            _next = floor;
        }

        Pump(now);
    }

    public void VerifyFailed(TimeSpan now)
    {
        (_verifying, _verifyAgain) = (false, true);
        _reads.Fail(now);
        Pump(now);
    }

    public void Wake(long tail, TimeSpan now)
    {
        Hear(tail);
        Pump(now);
    }

    /// <summary>What the node has just read for all its private subscribers.</summary>
    public void Live(IReadOnlyList<StoredEvent> page, TimeSpan now)
    {
        Hear(page[^1].Offset + 1);
        _looking = false; // whatever comes after this page comes the same way
        if (_open && !_reading && !_verifying && !_verifyAgain && !_draining && page[0].Offset <= _next && _next <= page[^1].Offset && _messages.Waiting < Page && !IsClogged)
            Take(page[0].Offset == _next ? page : [.. page.Where(e => e.Offset >= _next)]);
        Pump(now);
    }

    public void PageRead(long from, IReadOnlyList<StoredEvent> page, TimeSpan now)
    {
        _reading = false;
        _reads.Clear();
        if (page.Count > 0)
            Arrive(from, page);
        else
            End(from);
        Pump(now);
    }

    public void ReadFailed(TimeSpan now)
    {
        _reading = false;
        _reads.Fail(now);
        Pump(now);
    }

    public bool Ack(DeliveryId id, object? asker, TimeSpan now)
    {
        if (_messages.Find(id, asker) is not { } item)
            return false;
        Answer(item, asker);
        Pump(now);
        return true;
    }

    public bool Nack(DeliveryId id, string why, TimeSpan? delay, object? asker, TimeSpan now)
    {
        if (_messages.Find(id, asker) is not { } item)
            return false;
        Fail(item, why, delay, asker, now);
        Pump(now);
        return true;
    }

    public bool Bury(DeliveryId id, string why, object? asker, TimeSpan now)
    {
        if (_messages.Find(id, asker) is not { } item)
            return false;
        Bury(item, why, asker);
        Pump(now);
        return true;
    }

    public bool Extend(DeliveryId id, TimeSpan time, TimeSpan now) => _messages.Extend(id, time, now);

    public void Together(Action give, TimeSpan now) => give();

    public void Buried(TimeSpan now)
    {
        Tell(_burials.Written(), AnswerOutcome.Committed);
        Pump(now);
    }

    public void BuryFailed(TimeSpan now)
    {
        _burials.Failed(now);
        Pump(now);
    }

    /// <summary>It stops: whether what is not known to be buried ever will be, nobody can say.</summary>
    public void Abandon()
    {
        foreach (var waiting in _burials.Abandon())
            Tell(waiting, AnswerOutcome.Unknown);
    }

    public void Tick(TimeSpan now)
    {
        while (_messages.Late(now) is { } late)
            Fail(late, "its deadline passed", delay: null, asker: null, now);
        Pump(now);
    }

    private void Arrive(long from, IReadOnlyList<StoredEvent> page)
    {
        if (page[0].Offset > from)
            Effects.Add(new DeliveryEffect.Jumped(from, page[0].Offset));
        Take(page);
        _tail = Math.Max(_tail, _looking ? _next + 1 : _next);
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

    private void Hear(long tail)
    {
        (_tail, _known) = (Math.Max(_tail, tail), Math.Max(_known, tail));
        _heard |= tail > _next;
    }

    private void Take(IReadOnlyList<StoredEvent> events)
    {
        _next = _proven = events[^1].Offset + 1;
        _recall.Add(events);
        IReadOnlyList<StoredEvent> wanted = _rules.Filter is { } filter ? [.. events.Where(filter.Passes)] : events;
        if (wanted.Count > 0)
            _messages.Take(no => Holding.Of(no, wanted, attempt: 1));
    }

    // What was read behind the fork never happened: what nobody answered of it is taken back.
    private void Rewind(long fork, long tail)
    {
        Effects.Add(new DeliveryEffect.Rewound(_next, fork));
        foreach (var holding in _messages.Holdings.Where(h => h.Items[^1].Event.Offset >= fork).ToArray())
        {
            _messages.Drop(holding, "the log was rewound", fork);
            if (holding.Recount() == 0)
                _messages.Remove(holding);
        }

        var retries = _retries.UnorderedItems.Where(retry => retry.Element.Event.Offset < fork).ToArray();
        _retries.Clear();
        _retries.EnqueueRange(retries);
        _recall.ForgetFrom(fork);
        (_next, _tail, _proven, _known) = (fork, tail, fork, Math.Min(_known, tail));
    }

    private void Forget(Item item)
    {
        item.Holding.Answer(item, failed: null, asker: null);
        if (item.Holding.Open == 0)
            _messages.Remove(item.Holding);
    }

    private void Fail(Item item, string why, TimeSpan? delay, object? asker, TimeSpan now)
    {
        if (_rules.Retry.Exhausted(item.Attempt))
        {
            Bury(item, why, asker);
            return;
        }

        Answer(item, asker);
        _retries.Enqueue((item.Event, item.Attempt), now + (delay ?? _rules.Retry.Delay(item.Attempt, item.Event.Offset)));
    }

    // A dead letter is the one thing that is written here: who asked hears of it after the commit.
    private void Bury(Item item, string why, object? asker)
    {
        Answer(item, _rules.DeadLetter ? null : asker);
        if (_rules.DeadLetter)
            _burials.Add(Failure.Final(item.Event.Offset, item.Attempt, why), asker is null ? null : new Confirmation(item.Id, asker));
        else
            Effects.Add(new DeliveryEffect.Dropped(item.Event.Offset, item.Attempt));
    }

    private void Answer(Item item, object? asker)
    {
        _messages.End(item, failed: null, asker: null);
        if (item.Holding.Open == 0)
            _messages.Remove(item.Holding);
        Tell(asker is null ? null : new Confirmation(item.Id, asker), AnswerOutcome.Committed);
    }

    private void Tell(Confirmation? waiting, AnswerOutcome outcome)
    {
        if (waiting is { } confirmation)
            Effects.Add(new DeliveryEffect.Confirm(confirmation, outcome));
    }

    private void Pump(TimeSpan now)
    {
        while (!_draining && _retries.TryPeek(out var again, out var due) && due <= now)
        {
            _retries.Dequeue();
            _messages.Take(no => Holding.Of(no, [again.Event], again.Attempt + 1));
        }

        if (!_draining)
            _messages.HandOut(now);
        if (_burials.Next(now) is { } failure)
            Effects.Add(new DeliveryEffect.Bury(failure));

        if (_draining)
            Finish();
        else if (!_reads.Waits(now) && _open && !_reading && !_verifying)
            Look();
    }

    // A look at what was read before comes before a read of what is next: that may belong to another history.
    private void Look()
    {
        if (_verifyAgain)
        {
            (_verifying, _verifyAgain) = (true, false);
            Effects.Add(new DeliveryEffect.Verify(_recall.Oldest ?? _next, Recall.Most));
        }
        else if (_next < _tail && _messages.Waiting < Page / 4 && !IsClogged)
        {
            (_reading, _heard) = (true, false);
            Effects.Add(new DeliveryEffect.Read(_next, Page));
        }
    }

    private void Finish()
    {
        if (_done || !IsAtRest)
            return;
        _done = true;
        Effects.Add(new DeliveryEffect.Done());
    }
}
