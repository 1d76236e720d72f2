using PgPubSub.Core.Deliveries;
using PgPubSub.Simulation.Tests.Journals;
using PgPubSub.Simulation.Tests.Plants;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>The consumer behind a private subscriber: it answers as a seed will have it, or doesn't.</summary>
internal sealed class PrivateConsumer(Process process, PrivateJournal journal, PrivateMachine machine, Action performed)
{
    private readonly Dictionary<DeliveryId, Reading> _held = [];
    private bool _stopped;

    private World World => process.World;

    /// <summary>Whom it answers is no more.</summary>
    public void Stop() => _stopped = true;

    public bool Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.HandOut e:
                Take(e.Item);
                return true;
            case DeliveryEffect.Revoke e:
                Revoke(e);
                return true;
            case DeliveryEffect.Confirm e:
                journal.Told((PrivateAnswer)e.To.Asker, e.Outcome);
                return true;
            default:
                return false;
        }
    }

    private void Take(Item item)
    {
        World.Trace?.Invoke($"{process}: {item.Event.Offset} is handed to {journal}, attempt {item.Attempt}");
        var reading = journal.HandedOut(item);
        if (item.Attempt > 1)
            World.Met(Hazard.PrivateRetry);
        _held.Add(item.Id, reading);
        var think = World.Chance(0.15) ? World.Span(0, 700) : World.Span(0, 40);
        var ackDeadline = process.Terms.Rules.AckDeadline;
        var draw = process.Setting.IsCalm ? 99 : World.Random.Next(100);
        switch (draw)
        {
            case < 5:
                break;
            case < 10:
                After(ackDeadline + World.Span(0, 900), () => Ack(item.Id, reading));
                break;
            case < 18:
                After(think, () => Nack(item.Id, reading));
                break;
            case < 22:
                After(think, () => Bury(item.Id, reading));
                break;
            case < 26:
                After(think, () => Extend(item.Id, reading));
                After(ackDeadline + think, () => Ack(item.Id, reading));
                break;
            default:
                After(think, () => Ack(item.Id, reading));
                break;
        }
    }

    private void After(TimeSpan wait, Action answer) => process.After(wait, () =>
    {
        if (_stopped)
            return;
        answer();
        performed();
    });

    private void Ack(DeliveryId id, Reading reading) => Answer(id, reading, isBurial: false, asker =>
    {
        reading.Stage = Stage.Settled;
        return machine.Ack(id, asker, process.Now);
    }, asker => machine.Ack(id, asker, process.Now));

    private void Nack(DeliveryId id, Reading reading) => Answer(id, reading, isBurial: process.Terms.Rules.Retry.Exhausted(reading.Attempt), asker =>
    {
        journal.Failed(reading);
        return process.Setting.Plants.Is(Plant.PrivateNackTakenForAnAck)
            ? machine.Ack(id, asker, process.Now)
            : machine.Nack(id, "no", World.Chance(0.5) ? TimeSpan.Zero : null, asker, process.Now);
    }, asker => machine.Nack(id, "no", null, asker, process.Now));

    private void Bury(DeliveryId id, Reading reading) => Answer(id, reading, isBurial: true, asker =>
    {
        World.Met(Hazard.PrivateBurial);
        reading.Stage = Stage.Burying;
        return machine.Bury(id, "never", asker, process.Now);
    }, asker => machine.Bury(id, "never", asker, process.Now));

    // In time or too late; the machine must know which.
    private void Answer(DeliveryId id, Reading reading, bool isBurial, Func<PrivateAnswer?, bool> inTime, Func<PrivateAnswer?, bool> tooLate)
    {
        var isHeld = _held.Remove(id);
        var asker = World.Chance(0.6) ? new PrivateAnswer(reading, !isHeld, isHeld && isBurial) : null;
        if (asker is not null)
            journal.Asked(asker);
        if (!isHeld)
            World.Met(Hazard.LateAnswer);
        World.Trace?.Invoke($"{process}: {reading} is answered{(isHeld ? "" : ", too late")}");
        var taken = isHeld ? inTime(asker) : tooLate(asker);
        Check.That(taken == isHeld, "R5", () => $"an answer to {reading} was {(taken ? "taken" : "refused")} after it was {(isHeld ? "open" : "over")}");
    }

    private void Extend(DeliveryId id, Reading reading)
    {
        var isHeld = _held.ContainsKey(id);
        var taken = machine.Extend(id, process.Terms.Rules.AckDeadline * 2, process.Now);
        Check.That(taken == isHeld, "R5", () => $"an extension of {reading} was {(taken ? "taken" : "refused")}");
    }

    private void Revoke(DeliveryEffect.Revoke revoke)
    {
        if (!_held.Remove(revoke.Item.Id, out var reading))
            return;
        World.Trace?.Invoke($"{process}: {reading} is revoked: {revoke.Why}");
        journal.Failed(reading);
    }
}
