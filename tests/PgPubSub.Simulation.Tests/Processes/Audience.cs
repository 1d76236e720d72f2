using PgPubSub.Core.Deliveries;
using PgPubSub.Simulation.Tests.Journals;
using PgPubSub.Simulation.Tests.Plants;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>The consumers of one group in one process: they take what they are handed and answer as a seed will have it, or don't.</summary>
internal sealed class Audience(Member member, DeliveryMachine machine)
{
    private readonly List<int> _numbers = [];
    private readonly Dictionary<DeliveryId, HandOut> _held = [];
    private int _next;

    private World World => member.Process.World;

    public void Join(int window)
    {
        var number = _next++;
        _numbers.Add(number);
        World.Met(Hazard.Join);
        World.Trace?.Invoke($"{member.Process}: consumer {number} of {member.Group.Subscription} joins with a window of {window}");
        member.Step(now => machine.Join(number, window, now));
    }

    /// <summary>One leaves; some of what it holds it has not begun.</summary>
    public void Leave()
    {
        if (_numbers.Count == 0)
            return;
        var number = _numbers[World.Random.Next(_numbers.Count)];
        var held = _held.Where(h => h.Value.Consumer == number).ToArray();
        var unbegun = held.Where(_ => World.Chance(0.3)).ToArray();
        var lingers = World.Chance(0.4);
        World.Met(Hazard.Leave);
        World.Trace?.Invoke($"{member.Process}: consumer {number} of {member.Group.Subscription} {(lingers ? "is to leave" : "leaves")}");
        foreach (var (id, handOut) in unbegun)
        {
            _held.Remove(id);
            handOut.Ending = Ending.GivenBack;
        }

        if (!lingers)
            _numbers.Remove(number);
        var ids = unbegun.Select(h => h.Key).ToArray();
        member.Step(now =>
        {
            if (lingers)
                machine.Retire(number, ids, now);
            else
                machine.Leave(number, ids, now);
        });
    }

    public void LeaveAll()
    {
        foreach (var number in _numbers.ToArray())
        {
            _numbers.Remove(number);
            member.Step(now => machine.Leave(number, [], now));
        }
    }

    public bool Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.HandOut e:
                Take(e.Consumer, e.Item);
                return true;
            case DeliveryEffect.Revoke e:
                Revoke(e);
                return true;
            case DeliveryEffect.Confirm e:
                if (e.To.Asker is Answer answer)
                    member.Journal.Told(answer, e.Outcome);
                return true;
            case DeliveryEffect.Left e:
                _numbers.Remove(e.Consumer);
                return true;
            case DeliveryEffect.Jumped e:
                member.Journal.Jumped(e.From, e.To);
                return true;
            default:
                return false;
        }
    }

    private void Take(int consumer, Item item)
    {
        World.Trace?.Invoke($"{member.Process}: {item.Event.Offset} of {member.Group.Subscription} is handed out, attempt {item.Attempt}");
        member.Process.Node.Begin(item.Holding.Token);
        var handOut = member.Journal.HandedOut(member.Process, item, consumer);
        _held.Add(item.Id, handOut);
        Consider(item.Id, handOut);
    }

    private void Consider(DeliveryId id, HandOut handOut)
    {
        var ackDeadline = member.Process.Terms.Rules.AckDeadline;
        var think = World.Chance(0.15) ? World.Span(0, 700) : World.Span(0, 40);
        var draw = member.Process.Setting.IsCalm ? 99 : World.Random.Next(100);
        switch (draw)
        {
            case < 5:
                World.Met(Hazard.SilentConsumer);
                break;
            case < 10:
                Answer(ackDeadline + World.Span(0, 900), Ending.Acked, id, handOut);
                break;
            case < 20:
                Answer(think, Ending.Nacked, id, handOut);
                break;
            case < 23:
                Answer(think, Ending.Buried, id, handOut);
                break;
            case < 28:
                member.Process.After(think, () => Extend(id, handOut));
                Answer(ackDeadline + think, Ending.Acked, id, handOut);
                break;
            default:
                Answer(think, Ending.Acked, id, handOut);
                break;
        }
    }

    private void Extend(DeliveryId id, HandOut handOut)
    {
        World.Met(Hazard.Extend);
        var taken = false;
        member.Step(now => taken = machine.Extend(id, member.Process.Terms.Rules.AckDeadline * 2, now));
        Check.That(taken == (handOut.Ending is Ending.None), "R5", () => $"an extension of {handOut} was {(taken ? "taken" : "refused")}");
    }

    private void Answer(TimeSpan after, Ending ending, DeliveryId id, HandOut handOut) => member.Process.After(after, () => Answer(ending, id, handOut));

    private void Answer(Ending ending, DeliveryId id, HandOut handOut)
    {
        var isOver = handOut.Ending is not Ending.None;
        var asker = World.Chance(0.6) ? new Answer(handOut, ending, isOver) : null;
        if (asker is not null)
            member.Journal.Asked(asker);
        var before = _held.Remove(id);
        if (!isOver)
            handOut.Ending = ending;
        if (isOver)
            World.Met(Hazard.LateAnswer);
        else if (ending is Ending.Nacked or Ending.Buried)
            World.Met(ending is Ending.Nacked ? Hazard.Nack : Hazard.Bury);
        World.Trace?.Invoke($"{member.Process}: {handOut} is {ending}{(isOver ? ", too late" : "")}");
        var taken = false;
        member.Step(now => taken = ending switch
        {
            Ending.Nacked => machine.Nack(id, "no", World.Chance(0.5) ? TimeSpan.Zero : null, asker, now),
            Ending.Buried => machine.Bury(id, "never", asker, now),
            _ => machine.Ack(id, asker, now),
        });
        if (asker is { IsTold: false } && member.Process.Setting.Plants.Is(Plant.AckConfirmedBeforeTheCommit))
            member.Journal.Told(asker, AnswerOutcome.Committed);
        Check.That(taken != isOver || !before, "R5", () => $"an answer to {handOut} was {(taken ? "taken" : "refused")} after it was {(isOver ? "over" : "open")}");
        Check.That(!taken || !isOver, "R5", () => $"a late answer to {handOut} was taken");
    }

    private void Revoke(DeliveryEffect.Revoke revoke)
    {
        if (!_held.Remove(revoke.Item.Id, out var handOut))
            return;
        World.Trace?.Invoke($"{member.Process}: {handOut} is revoked: {revoke.Why}");
        handOut.Ending = revoke.Why.Contains("deadline", StringComparison.Ordinal) ? Ending.Late
            : revoke.Why.Contains("ended", StringComparison.Ordinal) ? Ending.Stopped
            : Ending.Lost;
    }
}
