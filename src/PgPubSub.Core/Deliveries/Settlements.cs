using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Core.Deliveries;

/// <summary>How what a group holds on this node is let go: answers gather and are written, what is lost is dropped. Whoever waits for an answer hears what became of it.</summary>
internal sealed class Settlements(HandOuts handOuts, Intake intake, List<DeliveryEffect> effects)
{
    private readonly SettleLedger _ledger = new();

    /// <summary>The rules by which a failure counts.</summary>
    public GroupRules Rules { get; set; } = GroupRules.Default;

    /// <summary>Whether nothing waits to be written and nothing is being written.</summary>
    public bool IsIdle => _ledger.IsIdle;

    public TimeSpan? NextTick => _ledger.NextTick;

    /// <inheritdoc cref="SettleLedger.Gathered"/>
    public long Gathered => _ledger.Gathered;

    /// <inheritdoc cref="SettleLedger.Ended"/>
    public long Written => _ledger.Ended;

    /// <summary>The batch to write now, if any.</summary>
    public SettleBatch? Next(TimeSpan now) => _ledger.Next(now);

    /// <summary>What has gathered is written as soon as may be.</summary>
    public void Hurry() => _ledger.Hurry();

    /// <summary>A claim came with something that needs no answer.</summary>
    public void Add(Holding holding, TimeSpan now)
    {
        if (holding.IsDirty)
            _ledger.Add(holding, now);
    }

    public void Fail(Item item, string why, TimeSpan? delay, object? asker, TimeSpan now)
    {
        var (offset, attempt) = (item.Event.Offset, item.Attempt);
        Answer(item, new Failure(offset, attempt, delay ?? Rules.Retry.Delay(attempt, offset), why, Rules.Retry.Exhausted(attempt)), asker, now);
    }

    public void Answer(Item item, Failure? failed, object? asker, TimeSpan now)
    {
        if (failed is { Bury: true } && !Rules.DeadLetter)
            effects.Add(new DeliveryEffect.Dropped(failed.Offset, failed.Attempts));
        handOuts.End(item, failed, asker);
        _ledger.Add(item.Holding, now);
    }

    /// <summary>What was never handed out goes back at once, its attempts unchanged.</summary>
    public void GiveBack(TimeSpan now)
    {
        while (handOuts.TakeBack() is { } item)
        {
            item.Holding.Answer(item, Uncounted(item), asker: null);
            _ledger.Add(item.Holding, now);
        }
    }

    /// <summary>What is out and was not begun goes back at once: the hand-out does not count.</summary>
    public void GiveBack(Item item, TimeSpan now) => Answer(item, Uncounted(item), asker: null, now);

    /// <summary>What may be another's by now goes back: what is out is revoked and counts, the rest does not.</summary>
    public void GiveBack(Holding holding, string why, TimeSpan now)
    {
        foreach (var item in holding.Items)
        {
            if (item.State is ItemState.Out)
            {
                item.KeepsPlace = false;
                effects.Add(new DeliveryEffect.Revoke(item.Consumer, item, why));
                Fail(item, why, TimeSpan.Zero, asker: null, now);
            }
            else if (item.State is ItemState.Waiting)
            {
                handOuts.TakeBack(item);
                holding.Answer(item, Uncounted(item), asker: null);
                _ledger.Add(holding, now);
            }
        }
    }

    /// <summary>The batch is committed.</summary>
    public void Settled(SettleResult result, TimeSpan now)
    {
        var batch = _ledger.Written();
        foreach (var (holding, held, confirmations) in batch.Read(result))
        {
            Tell(confirmations, held ? AnswerOutcome.Committed : batch.Doubtful ? AnswerOutcome.Unknown : AnswerOutcome.TooLate);
            var lost = !held && (holding.IsLease || !batch.Doubtful); // retries that this batch settled before say nothing of the claim's others
            if (lost)
                Drop(holding, "its lease was lost");
            else if (holding is { Open: 0, IsDirty: false })
                Release(holding);
        }

        if (batch.SoonestRetry is { } soonest)
            intake.Retries.Expect(now + soonest);
    }

    public void Failed(FaultKind kind, TimeSpan now) => _ledger.Failed(kind, now);

    /// <summary>Nothing that is held here is this node's any more.</summary>
    public void Abandon(string why)
    {
        var unwritten = _ledger.Abandon();
        foreach (var holding in handOuts.Holdings.ToArray())
            Drop(holding, why);
        Tell(unwritten, AnswerOutcome.Unknown);
    }

    /// <summary>A holding is lost.</summary>
    public void Drop(Holding holding, string why)
    {
        Release(holding);
        Tell(holding.Abandon(), AnswerOutcome.TooLate);
        handOuts.Drop(holding, why);
    }

    private static Failure Uncounted(Item item) => new(item.Event.Offset, item.Attempt - 1, TimeSpan.Zero, "it was given back", Bury: false);

    private void Release(Holding holding)
    {
        handOuts.Remove(holding);
        effects.Add(new DeliveryEffect.Release(holding.Token));
        intake.Over(holding.No);
    }

    private void Tell(IReadOnlyList<Confirmation> waiting, AnswerOutcome outcome)
    {
        foreach (var confirmation in waiting)
            effects.Add(new DeliveryEffect.Confirm(confirmation, outcome));
    }
}
