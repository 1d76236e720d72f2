using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Deliveries;

/// <summary>
/// A private subscriber: history from where it starts, then live, each event once and in order; nothing is written for it but its
/// dead letters. Live pages are taken while they fit on the end of what it has; otherwise it is behind and reads pages of its own.
/// </summary>
internal sealed class PrivateMachine : IAnswerTaker
{
    // Failed messages wait in memory, for their retry or their burial: past this many nothing new is read.
    private const int MostFailed = 1_000;

    private readonly GroupRules _rules;
    private readonly HandOuts _handOuts;
    private readonly PriorityQueue<(StoredEvent Event, int Attempt), TimeSpan> _retries = new();
    private readonly BurialLedger _burials = new();
    private readonly ReadDesk _reads = new();
    private bool _draining, _done;

    public PrivateMachine(GroupRules rules, int window)
    {
        (_rules, _handOuts) = (rules, new HandOuts(Effects) { AckDeadline = rules.AckDeadline });
        _handOuts.Consumers.Join(0, window);
    }

    public List<DeliveryEffect> Effects { get; } = [];

    /// <summary>The lowest offset that is not settled; null before it is open.</summary>
    public long? Low => !IsOpen ? null : HoldsNothing ? _reads.Position : _handOuts.Unanswered.Select(item => item.Event.Offset)
        .Concat(_retries.UnorderedItems.Select(retry => retry.Element.Event.Offset))
        .Concat(_burials.Offsets)
        .Append(_reads.Position).Min();

    public bool IsOpen => _reads.IsOpen;

    /// <summary>Whether everything that was read is settled.</summary>
    public bool HoldsNothing => IsAtRest && _retries.Count == 0;

    public int InFlight => _handOuts.Holdings.Sum(holding => holding.Open) + _retries.Count;

    private bool IsClogged => _retries.Count + _burials.Count >= MostFailed;

    public TimeSpan? NextTick => Moments.Earliest(
        !_draining && _retries.TryPeek(out _, out var due) ? due : null, _draining ? null : _reads.NextTick, _burials.NextTick, _handOuts.NextDeadline);

    /// <summary>Whether all below an offset was read and settled.</summary>
    public bool IsIdleAt(long tail) => IsOpen && _reads.Position >= tail && !_reads.IsReading && HoldsNothing;

    private bool IsAtRest => _handOuts.IsEmpty && _burials.Count == 0;

    /// <summary>It begins at a position of a topic that has come that far; at one above that it waits.</summary>
    public void Open(long position, long tail, TimeSpan now)
    {
        _reads.Open(position, tail);
        Pump(now);
    }

    /// <summary>The node stops: nothing more is read or handed out; what is out may still be answered.</summary>
    public void Drain(TimeSpan now)
    {
        _draining = true;
        while (_handOuts.TakeBack() is { } item)
            Forget(item);
        Pump(now);
    }

    /// <summary>Its consumer leaves: nothing is handed out any more, what is out is revoked; dead letters that are to be written still are.</summary>
    public void Leave(TimeSpan now)
    {
        foreach (var holding in _handOuts.Holdings.ToArray())
        {
            _handOuts.Remove(holding);
            _handOuts.Drop(holding, "its subscription ended");
        }

        Drain(now);
    }

    /// <summary>The log may not be what it was: a connection was lost, or its tail was seen below what was read. Up to an offset it is proven to be.</summary>
    public void Verify(long proven, TimeSpan now)
    {
        _reads.Verify(proven);
        Pump(now);
    }

    /// <summary>The log as it is now: its floor, its tail, and a page from the oldest event that is remembered.</summary>
    public void Verified(long floor, long tail, IReadOnlyList<StoredEvent> page, TimeSpan now)
    {
        if (_reads.Verified(floor, tail, page) is { } fork)
            Rewind(fork, tail);
        if (floor > _reads.Position)
        {
            Effects.Add(new DeliveryEffect.Jumped(_reads.Position, floor));
            _reads.Jump(floor);
        }

        Pump(now);
    }

    public void VerifyFailed(TimeSpan now)
    {
        _reads.VerifyFailed(now);
        Pump(now);
    }

    public void Wake(long tail, TimeSpan now)
    {
        _reads.Hear(tail);
        Pump(now);
    }

    /// <summary>What the node has just read for all its private subscribers.</summary>
    public void Live(IReadOnlyList<StoredEvent> page, TimeSpan now)
    {
        if (_reads.HearLive(page) && !_draining && _handOuts.Waiting < ReadDesk.Page && !IsClogged)
        {
            var fresh = page[0].Offset == _reads.Position ? page : [.. page.Where(e => e.Offset >= _reads.Position)];
            _reads.Take(fresh);
            Hold(fresh);
        }

        Pump(now);
    }

    public void PageRead(long from, IReadOnlyList<StoredEvent> page, TimeSpan now)
    {
        if (page.Count > 0 && page[0].Offset > from)
            Effects.Add(new DeliveryEffect.Jumped(from, page[0].Offset));
        _reads.PageRead(from, page);
        Hold(page);
        Pump(now);
    }

    public void ReadFailed(TimeSpan now)
    {
        _reads.ReadFailed(now);
        Pump(now);
    }

    public bool Ack(DeliveryId id, object? asker, TimeSpan now)
    {
        if (_handOuts.Find(id, asker) is not { } item)
            return false;
        Answer(item, asker);
        Pump(now);
        return true;
    }

    public bool Nack(DeliveryId id, string why, TimeSpan? delay, object? asker, TimeSpan now)
    {
        if (_handOuts.Find(id, asker) is not { } item)
            return false;
        Fail(item, why, delay, asker, now);
        Pump(now);
        return true;
    }

    public bool Bury(DeliveryId id, string why, object? asker, TimeSpan now)
    {
        if (_handOuts.Find(id, asker) is not { } item)
            return false;
        Bury(item, why, asker);
        Pump(now);
        return true;
    }

    public bool Extend(DeliveryId id, TimeSpan time, TimeSpan now) => _handOuts.Extend(id, time, now);

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
        while (_handOuts.Late(now) is { } late)
            Fail(late, "its deadline passed", delay: null, asker: null, now);
        Pump(now);
    }

    private void Hold(IReadOnlyList<StoredEvent> events)
    {
        IReadOnlyList<StoredEvent> wanted = _rules.Filter is { } filter ? [.. events.Where(filter.Passes)] : events;
        if (wanted.Count > 0)
            _handOuts.Take(no => Holding.Of(no, wanted, attempt: 1));
    }

    // What was read behind the fork never happened: what nobody answered of it is taken back.
    private void Rewind(long fork, long tail)
    {
        Effects.Add(new DeliveryEffect.Rewound(_reads.Position, fork));
        foreach (var holding in _handOuts.Holdings.Where(h => h.Items[^1].Event.Offset >= fork).ToArray())
        {
            _handOuts.Drop(holding, "the log was rewound", fork);
            if (holding.Recount() == 0)
                _handOuts.Remove(holding);
        }

        var retries = _retries.UnorderedItems.Where(retry => retry.Element.Event.Offset < fork).ToArray();
        _retries.Clear();
        _retries.EnqueueRange(retries);
        _reads.Rewind(fork, tail);
    }

    private void Forget(Item item)
    {
        item.Holding.Answer(item, failed: null, asker: null);
        if (item.Holding.Open == 0)
            _handOuts.Remove(item.Holding);
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
        _handOuts.End(item, failed: null, asker: null);
        if (item.Holding.Open == 0)
            _handOuts.Remove(item.Holding);
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
            _handOuts.Take(no => Holding.Of(no, [again.Event], again.Attempt + 1));
        }

        if (!_draining)
            _handOuts.HandOut(now);
        if (_burials.Next(now) is { } failure)
            Effects.Add(new DeliveryEffect.Bury(failure));

        if (_draining)
            Finish();
        else if (_reads.Next(_handOuts.Waiting < ReadDesk.Page / 4 && !IsClogged, now) is { } next)
            Effects.Add(next);
    }

    private void Finish()
    {
        if (_done || !IsAtRest)
            return;
        _done = true;
        Effects.Add(new DeliveryEffect.Done());
    }
}
