using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Core.Deliveries;

/// <summary>
/// One group on one node: when to claim, whom to hand to, what an answer means, what to write. It knows no clock: whoever drives it
/// says what time it is, and calls <see cref="Tick"/> when <see cref="NextTick"/> has come. Effects gather in <see cref="Effects"/>.
/// </summary>
internal sealed class DeliveryMachine : IAnswerTaker
{
    private readonly long _claimBytes;
    private readonly HandOuts _handOuts;
    private readonly Intake _intake;
    private readonly Settlements _settlements;
    private long _generation;
    private bool _together; // more answers come in this step
    private bool _refused; // the last claim was answered from before a move
    private bool _owned, _suspended, _paused, _draining, _done = true;

    public DeliveryMachine(GroupRules rules, long claimBytes)
    {
        (_claimBytes, _handOuts, _intake) = (claimBytes, new HandOuts(Effects), new Intake(Effects));
        _settlements = new Settlements(_handOuts, _intake, Effects);
        Change(rules);
    }

    public List<DeliveryEffect> Effects { get; } = [];

    /// <summary>Messages that are claimed and not answered.</summary>
    public int InFlight => _handOuts.Holdings.Sum(holding => holding.Open);

    /// <summary>When <see cref="Tick"/> wants to be called.</summary>
    public TimeSpan? NextTick => Moments.Earliest(
        Claims ? _intake.Fresh.NextTick : null, Claims && Serves ? Moments.Earliest(_intake.Retries.NextTick, _intake.Suspects.NextTick) : null,
        _owned ? _settlements.NextTick : null, _handOuts.NextDeadline);

    /// <summary>Whether nothing is held, unwritten or under way.</summary>
    private bool IsAtRest => _handOuts.IsEmpty && _settlements.IsIdle && _intake.IsIdle;

    private bool Claims => _owned && !_suspended;

    // Whether somebody gets messages; otherwise what nobody got goes back.
    private bool Serves => Consumers.Count > 0 && !_paused && !_draining;

    private ConsumerSet Consumers => _handOuts.Consumers;

    /// <summary>
    /// A node stands behind the claims from now on, and the group stands at a position; or none does. What was held before is lost.
    /// </summary>
    public void Own(bool owned, long position, TimeSpan now)
    {
        _settlements.Abandon("its node lost its registration");
        _owned = owned;
        _intake.Open(position);
        Pump(now);
    }

    /// <summary>Other rules hold for what is claimed and handed out from now on.</summary>
    public void Change(GroupRules rules) => (_settlements.Rules, _handOuts.AckDeadline) = (rules, rules.AckDeadline);

    /// <summary>While a group is paused nothing is claimed or handed out; what nobody got goes back.</summary>
    public void Pause(bool paused, TimeSpan now)
    {
        _paused = paused;
        _intake.WakeRetries(suspects: true);
        Pump(now);
    }

    /// <summary>The node stops: nothing more is claimed or handed out, what nobody got goes back, and what is out may still be answered.</summary>
    public void Drain(TimeSpan now)
    {
        (_draining, _done) = (true, false);
        Pump(now);
    }

    /// <summary>The group was moved: what was claimed before is fenced.</summary>
    public void Sought(long generation, long position, TimeSpan now)
    {
        Fence(generation, now);
        _intake.MoveTo(position);
        Pump(now);
    }

    /// <summary>Whether all below an offset is settled, and nothing is held here.</summary>
    public bool IsIdleAt(long tail) => _owned && IsAtRest && _intake.Fresh.HasPassed(tail) && _intake.Retries.IsQuiet;

    /// <summary>What was heard of the topic may have been missed, or not hold any more: what it has is to be found out.</summary>
    public void Recheck(TimeSpan now)
    {
        _intake.Fresh.Recheck();
        _intake.WakeRetries(suspects: true);
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
        Consumers.Join(consumer, window);
        Pump(now);
    }

    /// <summary>A consumer stops: what it held counts as handed out, but for what it has not begun; with the last one, what nobody got goes back as it was.</summary>
    public void Leave(int consumer, IEnumerable<DeliveryId> unbegun, TimeSpan now)
    {
        if (!Consumers.Knows(consumer))
            return;
        GiveBack(consumer, unbegun, now);
        _handOuts.Leave(consumer);
        foreach (var item in _handOuts.Unanswered.Where(i => i.State is ItemState.Out && i.Consumer == consumer).ToArray())
        {
            Effects.Add(new DeliveryEffect.Revoke(consumer, item, "its subscription ended"));
            _settlements.Fail(item, "its consumer stopped", TimeSpan.Zero, asker: null, now);
        }

        Pump(now);
    }

    /// <summary>A consumer wants no more: what it has not begun goes back, and it leaves once the rest is answered or late.</summary>
    public void Retire(int consumer, IEnumerable<DeliveryId> unbegun, TimeSpan now)
    {
        if (!Consumers.Knows(consumer))
            return;
        GiveBack(consumer, unbegun, now);
        if (!Consumers.IsLeaving(consumer))
            _handOuts.Retire(consumer);
        Pump(now);
    }

    /// <summary>The topic has come that far; a hint that may be late or lost.</summary>
    public void Wake(long tail, TimeSpan now)
    {
        _intake.Fresh.Wake(tail);
        Pump(now);
    }

    /// <summary>Retries may be due, and suspects among them; a hint.</summary>
    public void WakeRetries(bool suspects, TimeSpan now)
    {
        _intake.WakeRetries(suspects);
        Pump(now);
    }

    /// <summary>The node's permit to have a suspect out is here.</summary>
    public void SuspectGranted(TimeSpan now)
    {
        _intake.SuspectGranted();
        Pump(now);
    }

    public void SuspectsClaimed(ClaimedRetries suspects, Guid token, TimeSpan now)
    {
        _intake.SuspectClaimed(Take(suspects, token, now)?.No);
        Pump(now);
    }

    public void SuspectsFailed(TimeSpan now)
    {
        _intake.SuspectFailed(now);
        Pump(now);
    }

    public void Claimed(ClaimedPage page, TimeSpan now)
    {
        if (page.Generation < _generation && !_refused)
        {
            _refused = true;
            _intake.Fresh.NotClaimed(); // claimed before the group was moved, and fenced by that
            Effects.Add(new DeliveryEffect.Release(page.Token));
        }
        else
        {
            if (page.Generation < _generation)
                _generation = 0; // asked after the move was known, and still before it: a failover has lost the move
            Fence(page.Generation, now);
            _intake.Fresh.Claimed(page, _claimBytes);
            if (page.Lo > page.From)
                Effects.Add(new DeliveryEffect.Jumped(page.From, page.Lo));
            if (!page.IsEmpty)
                Take(no => Holding.Of(no, page, _settlements.Rules.Filter), now);
        }

        Pump(now);
    }

    /// <summary>No lease bears the last claim's token: it did nothing.</summary>
    public void ClaimNotFound(TimeSpan now)
    {
        _intake.Fresh.NotClaimed();
        Pump(now);
    }

    public void ClaimFailed(FaultKind kind, TimeSpan now)
    {
        _intake.Fresh.Failed(kind, now);
        Pump(now);
    }

    public void RetriesClaimed(ClaimedRetries retries, Guid token, TimeSpan now)
    {
        _intake.Retries.Claimed(retries.Retries.Count + retries.Lost.Count);
        Take(retries, token, now);
        Pump(now);
    }

    public void RetriesFailed(TimeSpan now)
    {
        _intake.Retries.Failed(now);
        Pump(now);
    }

    public bool Ack(DeliveryId id, object? asker, TimeSpan now)
    {
        if (_handOuts.Find(id, asker) is not { } item)
            return false;
        _settlements.Answer(item, failed: null, asker, now);
        Pump(now);
        return true;
    }

    public bool Nack(DeliveryId id, string why, TimeSpan? delay, object? asker, TimeSpan now)
    {
        if (_handOuts.Find(id, asker) is not { } item)
            return false;
        _settlements.Fail(item, why, delay, asker, now);
        Pump(now);
        return true;
    }

    public bool Bury(DeliveryId id, string why, object? asker, TimeSpan now)
    {
        if (_handOuts.Find(id, asker) is not { } item)
            return false;
        _settlements.Answer(item, Failure.Final(item.Event.Offset, item.Attempt, why), asker, now);
        Pump(now);
        return true;
    }

    public bool Extend(DeliveryId id, TimeSpan time, TimeSpan now) => _handOuts.Extend(id, time, now);

    public void Together(Action give, TimeSpan now)
    {
        _together = true;
        give();
        _together = false;
        _settlements.Hurry();
        Pump(now);
    }

    /// <summary>The answer to come does not give the consumer room yet.</summary>
    public void KeepPlace(DeliveryId id) => _handOuts.KeepPlace(id);

    /// <summary>The consumer that answered early is through.</summary>
    public void FreePlace(DeliveryId id, TimeSpan now)
    {
        _handOuts.FreePlace(id);
        Pump(now);
    }

    public void Settled(SettleResult result, TimeSpan now)
    {
        _settlements.Settled(result, now);
        Pump(now);
    }

    public void SettleFailed(FaultKind kind, TimeSpan now)
    {
        _settlements.Failed(kind, now);
        Pump(now);
    }

    public void Tick(TimeSpan now)
    {
        while (_handOuts.Late(now) is { } late)
            _settlements.Fail(late, "its deadline passed", delay: null, asker: null, now);
        Pump(now);
    }

    private Holding Take(Func<long, Holding> make, TimeSpan now)
    {
        var holding = _handOuts.Take(make);
        _settlements.Add(holding, now);
        return holding;
    }

    // What a claim of retries lost with its event is settled, and told like any other gap.
    private Holding? Take(ClaimedRetries claimed, Guid token, TimeSpan now)
    {
        foreach (var lost in claimed.Lost)
            Effects.Add(new DeliveryEffect.Jumped(lost, lost + 1));
        return claimed.IsEmpty ? null : Take(no => Holding.Of(no, token, claimed, _settlements.Rules.Filter), now);
    }

    private void GiveBack(int consumer, IEnumerable<DeliveryId> unbegun, TimeSpan now)
    {
        foreach (var id in unbegun)
        {
            if (_handOuts.Find(id, asker: null) is { } item && item.Consumer == consumer)
                _settlements.GiveBack(item, now);
        }
    }

    // Retries don't say of which side of a move they are: those of before are settled no more, and those of after must not be forgotten.
    private void Fence(long generation, TimeSpan now)
    {
        if (generation <= _generation)
            return;
        foreach (var holding in _handOuts.Holdings.Where(h => h.IsFenced(generation) || (!h.IsLease && _generation > 0)).ToArray())
        {
            if (holding.IsLease)
                _settlements.Drop(holding, "its group was moved");
            else
                _settlements.GiveBack(holding, "its group was moved", now);
        }

        (_generation, _refused) = (generation, false);
    }

    private void Pump(TimeSpan now)
    {
        if (_together)
            return;
        if (!Serves)
        {
            _settlements.GiveBack(now);
            _intake.GiveUp();
        }
        else if (Claims)
        {
            _handOuts.HandOut(now, _intake.Suspects.IsExpected ? 1 : 0);
        }

        if (_owned && _settlements.Next(now) is { } batch)
            Effects.Add(new DeliveryEffect.Settle(batch));
        if (Claims)
            _intake.Claim(_handOuts, Serves, now);
        while (Consumers.TryForget(_settlements.Gathered, _settlements.Written, out var left))
            Effects.Add(new DeliveryEffect.Left(left));
        if (!_done && IsAtRest && (Consumers.Count == 0 || _draining))
        {
            _done = true;
            Effects.Add(new DeliveryEffect.Done());
        }
    }
}
