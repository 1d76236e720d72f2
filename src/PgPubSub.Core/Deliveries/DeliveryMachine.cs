using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Core.Deliveries;

/// <summary>
/// One group on one node: when to claim, whom to hand to, what an answer means, what to write. It knows no clock: whoever drives it
/// says what time it is, and calls <see cref="Tick"/> when <see cref="NextTick"/> has come. Effects gather in <see cref="Effects"/>.
/// </summary>
internal sealed class DeliveryMachine(GroupRules rules, long claimBytes)
{
    private readonly Dictionary<long, Holding> _held = [];
    private readonly WaitingLine _waiting = new();
    private readonly DeadlineList _out = new();
    private readonly ConsumerSet _consumers = new();
    private readonly SettleLedger _ledger = new();
    private readonly ClaimDesk _claims = new();
    private readonly RetryDesk _retries = new();
    private readonly SuspectDesk _suspects = new();
    private long _holdings;
    private bool _owned, _suspended, _done = true;

    public List<DeliveryEffect> Effects { get; } = [];

    /// <summary>Messages that are claimed and not answered.</summary>
    public int InFlight => _held.Values.Sum(holding => holding.Open);

    /// <summary>When <see cref="Tick"/> wants to be called.</summary>
    public TimeSpan? NextTick => Earliest(
        Claims ? _claims.NextTick : null, Claims && _consumers.Count > 0 ? Earliest(_retries.NextTick, _suspects.NextTick) : null, _owned ? _ledger.NextTick : null, _out.First?.Deadline);

    private bool Claims => _owned && !_suspended;

    /// <summary>
    /// A node stands behind the claims from now on, and the group stands at a position; or none does. What was held before is lost.
    /// </summary>
    public void Own(bool owned, long position, TimeSpan now)
    {
        var unwritten = _ledger.Abandon();
        foreach (var holding in _held.Values.ToArray())
            Drop(holding, "its node lost its registration");
        foreach (var confirmation in unwritten)
            Effects.Add(new DeliveryEffect.Confirm(confirmation, AnswerOutcome.Unknown));
        _owned = owned;
        _claims.Open(position);
        _retries.Reset();
        Add(_suspects.Reset());
        Pump(now);
    }

    /// <summary>While the node can't say that it is alive, nothing is handed out.</summary>
    public void Suspend(bool suspended, TimeSpan now)
    {
        _suspended = suspended;
        Pump(now);
    }

    public void Join(int consumer, int window, TimeSpan now)
    {
        _done = false;
        _consumers.Join(consumer, window);
        Pump(now);
    }

    /// <summary>A consumer stopped: what it held counts as handed out; with the last one, what nobody got goes back as it was.</summary>
    public void Leave(int consumer, TimeSpan now)
    {
        if (!_consumers.Knows(consumer))
            return;
        _consumers.Leave(consumer);
        foreach (var item in _held.Values.SelectMany(h => h.Items).Where(i => i.State is ItemState.Out && i.Consumer == consumer).ToArray())
        {
            Effects.Add(new DeliveryEffect.Revoke(consumer, item, "its subscription ended"));
            Fail(item, "its consumer stopped", TimeSpan.Zero, asker: null, now);
        }

        Pump(now);
    }

    /// <summary>The topic has come that far; a hint that may be late or lost.</summary>
    public void Wake(long tail, TimeSpan now)
    {
        _claims.Wake(tail);
        Pump(now);
    }

    /// <summary>Retries may be due, and suspects among them; a hint.</summary>
    public void WakeRetries(bool suspects, TimeSpan now)
    {
        _retries.Wake();
        if (suspects)
            _suspects.Wake();
        Pump(now);
    }

    /// <summary>The node's permit to have a suspect out is here.</summary>
    public void SuspectGranted(TimeSpan now)
    {
        if (!_suspects.Granted())
            Effects.Add(new DeliveryEffect.ReturnPermit());
        Pump(now);
    }

    public void SuspectsClaimed(IReadOnlyList<ClaimedRetry> suspects, TimeSpan now)
    {
        if (suspects.Count > 0)
            Take(Holding.Of(++_holdings, suspects), now);
        Add(_suspects.Claimed(suspects.Count > 0 ? _holdings : null));
        Pump(now);
    }

    public void SuspectsFailed(TimeSpan now)
    {
        Effects.Add(_suspects.Failed(now));
        Pump(now);
    }

    public void Claimed(ClaimedPage page, TimeSpan now)
    {
        _claims.Claimed(page, claimBytes, now);
        if (page.Lo > page.From)
            Effects.Add(new DeliveryEffect.Jumped(page.From, page.Lo));
        if (!page.IsEmpty)
            Take(Holding.Of(++_holdings, page), now);
        Pump(now);
    }

    /// <summary>No lease bears the last claim's token: it did nothing.</summary>
    public void ClaimNotFound(TimeSpan now)
    {
        _claims.NotClaimed();
        Pump(now);
    }

    public void ClaimFailed(FaultKind kind, TimeSpan now)
    {
        _claims.Failed(kind, now);
        Pump(now);
    }

    public void RetriesClaimed(IReadOnlyList<ClaimedRetry> retries, TimeSpan now)
    {
        _retries.Claimed(retries.Count);
        if (retries.Count > 0)
            Take(Holding.Of(++_holdings, retries), now);
        Pump(now);
    }

    public void RetriesFailed(TimeSpan now)
    {
        _retries.Failed(now);
        Pump(now);
    }

    /// <summary>A consumer answers; an asker hears what became of it. False where the hand-out was over: then nothing changes.</summary>
    public bool Ack(DeliveryId id, object? asker, TimeSpan now)
    {
        if (Find(id, asker) is not { } item)
            return false;
        Answer(item, failed: null, asker, now);
        Pump(now);
        return true;
    }

    /// <inheritdoc cref="Ack"/>
    public bool Nack(DeliveryId id, string why, TimeSpan? delay, object? asker, TimeSpan now)
    {
        if (Find(id, asker) is not { } item)
            return false;
        Fail(item, why, delay, asker, now);
        Pump(now);
        return true;
    }

    /// <summary>A consumer needs longer: it has this long from now on.</summary>
    public bool Extend(DeliveryId id, TimeSpan time, TimeSpan now)
    {
        if (Find(id, asker: null) is not { } item)
            return false;
        _out.Remove(item);
        item.Deadline = now + time;
        _out.Add(item);
        return true;
    }

    public void Settled(SettleResult result, TimeSpan now)
    {
        var batch = _ledger.Written();
        foreach (var (holding, held, confirmations) in batch.Read(result))
        {
            var outcome = held ? AnswerOutcome.Committed : batch.Doubtful ? AnswerOutcome.Unknown : AnswerOutcome.TooLate;
            foreach (var confirmation in confirmations)
                Effects.Add(new DeliveryEffect.Confirm(confirmation, outcome));
            var lost = !held && (holding.IsLease || !batch.Doubtful); // retries that this batch settled before say nothing of the claim's others
            if (lost)
                Drop(holding, "its lease was lost");
            else if (holding is { Open: 0, IsDirty: false })
                Release(holding);
        }

        if (batch.SoonestRetry is { } soonest)
            _retries.Expect(now + soonest);
        Pump(now);
    }

    public void SettleFailed(FaultKind kind, TimeSpan now)
    {
        _ledger.Failed(kind, now);
        Pump(now);
    }

    public void Tick(TimeSpan now)
    {
        while (_out.First is { } late && late.Deadline <= now)
        {
            Effects.Add(new DeliveryEffect.Revoke(late.Consumer, late, "its deadline passed"));
            Fail(late, "its deadline passed", delay: null, asker: null, now);
        }

        Pump(now);
    }

    private void Take(Holding holding, TimeSpan now)
    {
        _held.Add(holding.No, holding);
        _waiting.Add(holding);
        if (holding.IsDirty)
            _ledger.Add(holding, now);
    }

    private Item? Find(DeliveryId id, object? asker)
    {
        if (_held.TryGetValue(id.Holding, out var holding) && (uint)id.Index < (uint)holding.Items.Length && holding.Items[id.Index] is { State: ItemState.Out } item)
            return item;
        if (asker is not null)
            Effects.Add(new DeliveryEffect.Confirm(new Confirmation(id, asker), AnswerOutcome.TooLate));
        return null;
    }

    private void Fail(Item item, string why, TimeSpan? delay, object? asker, TimeSpan now)
    {
        var (offset, attempt) = (item.Event.Offset, item.Attempt);
        Answer(item, new Failure(offset, attempt, delay ?? rules.Retry.Delay(attempt, offset), why, rules.Retry.Exhausted(attempt)), asker, now);
    }

    private void Answer(Item item, Failure? failed, object? asker, TimeSpan now)
    {
        _out.Remove(item);
        _consumers.GiveBack(item.Consumer);
        item.Holding.Answer(item, failed, asker);
        _ledger.Add(item.Holding, now);
    }

    private void Drop(Holding holding, string why)
    {
        Release(holding);
        foreach (var confirmation in holding.Abandon())
            Effects.Add(new DeliveryEffect.Confirm(confirmation, AnswerOutcome.TooLate));
        foreach (var item in holding.Items)
        {
            if (item.State is ItemState.Waiting)
                _waiting.Forget(item);
            if (item.State is not ItemState.Out)
                continue;
            _out.Remove(item);
            _consumers.GiveBack(item.Consumer);
            item.State = ItemState.Answered;
            Effects.Add(new DeliveryEffect.Revoke(item.Consumer, item, why));
        }
    }

    private void Release(Holding holding)
    {
        _held.Remove(holding.No);
        Effects.Add(new DeliveryEffect.Release(holding.Token));
        Add(_suspects.Over(holding.No));
    }

    private void Add(DeliveryEffect? effect)
    {
        if (effect is not null)
            Effects.Add(effect);
    }

    private void Pump(TimeSpan now)
    {
        if (_consumers.Count == 0)
        {
            GiveBack(now);
            Add(_suspects.GiveUp());
        }
        else if (Claims)
        {
            HandOut(now);
        }

        if (_owned && _ledger.Next(now) is { } batch)
            Effects.Add(new DeliveryEffect.Settle(batch));
        if (Claims)
            Claim(now);
        if (_consumers.Count == 0 && !_done && _held.Count == 0 && _ledger.IsIdle && _claims.IsIdle && _retries.IsIdle && _suspects.IsIdle)
        {
            _done = true;
            Effects.Add(new DeliveryEffect.Done());
        }
    }

    private void HandOut(TimeSpan now)
    {
        while (_waiting.Count > 0 && _consumers.TryTake(out var consumer))
        {
            var item = _waiting.Take()!;
            (item.State, item.Consumer, item.Deadline) = (ItemState.Out, consumer, now + rules.AckDeadline);
            _out.Add(item);
            Effects.Add(new DeliveryEffect.HandOut(consumer, item));
        }
    }

    private void Claim(TimeSpan now)
    {
        // Fresh messages take every place that comes free: a retry is claimed while all are taken, and is next.
        var room = _consumers.Window - _waiting.Again;
        Add(_retries.Next(room, now));
        Add(_suspects.Next(room, now));

        Add(_claims.Next(_waiting.Count, _consumers.Free, _consumers.Window, now));
    }

    // Nobody consumes here: what was never handed out goes back at once, its attempts unchanged.
    private void GiveBack(TimeSpan now)
    {
        while (_waiting.Take() is { } item)
        {
            item.Holding.Answer(item, new Failure(item.Event.Offset, item.Attempt - 1, TimeSpan.Zero, "it was given back", Bury: false), asker: null);
            _ledger.Add(item.Holding, now);
        }
    }

    private static TimeSpan? Earliest(params ReadOnlySpan<TimeSpan?> moments)
    {
        TimeSpan? earliest = null;
        foreach (var moment in moments)
            earliest = earliest < moment ? earliest : moment ?? earliest;
        return earliest;
    }
}
