using Akka.Actor;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Core.Deliveries;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>
/// The consumers of a group on this node as they come and go: each is watched, told once the group stands, and led out as it asked, at once or by and by. The machine hears of it in a
/// step of the subscription's actor.
/// </summary>
internal sealed class GroupMembers(
    SubscriptionTerms terms, DeliveryMachine machine, ClaimLedger claims, DeliveryMeter meter, ConsumerDesk consumers, IActorContext context, Action<Action<TimeSpan>> step)
{
    private readonly AttachList _unanswered = new(terms);
    private bool _stands;

    /// <summary>The group stands: who came before is told.</summary>
    public void Stand()
    {
        _stands = true;
        _unanswered.Greet(Greet);
    }

    /// <summary>One that is no member yet joins.</summary>
    public void Join(Attach attach)
    {
        context.Watch(attach.Consumer);
        var number = consumers.Add(attach.Consumer);
        if (_stands)
            Greet(attach);
        else
            _unanswered.Add(attach);
        step(now => machine.Join(number, attach.Window, now));
    }

    /// <summary>One leaves, as its request says.</summary>
    public void Leave(Detach detach)
    {
        _unanswered.Refuse(detach.Consumer, Attach.Left);
        var unbegun = Sent.Read<DeliveryId[]>(() => [.. (detach.Request.Unbegun ?? []).Where(delivery => delivery?.IsFrom(context.Self) is true).Select(delivery => delivery.Id)]) ?? [];
        var numbers = consumers.NumbersOf(detach.Consumer); // more than one where it came back while it lingered
        if (numbers.Count == 0)
            detach.Asker?.Tell(detach.Reply);
        else
            consumers.Retire(numbers[^1], detach);
        Array.ForEach(unbegun, meter.GivenBack);
        foreach (var number in numbers)
        {
            if (detach.Request.Linger)
                step(now => machine.Retire(number, unbegun, now));
            else
                Leave(number, unbegun);
        }
    }

    /// <summary>One has stopped.</summary>
    public void Stopped(IActorRef consumer)
    {
        _unanswered.Refuse(consumer, Attach.Stopped);
        Leave(consumer);
    }

    /// <summary>The node stops: everybody is told.</summary>
    public void TellThatNodeStops()
    {
        var ended = SubscriptionEnded.WithNode(terms.Topic, terms.Group);
        _unanswered.RefuseAll(ended.Reason);
        consumers.Broadcast(ended);
    }

    /// <summary>The node stops, and the time to answer is over: everybody leaves.</summary>
    public void LeaveAll()
    {
        TellThatNodeStops();
        foreach (var consumer in consumers.All)
            Leave(consumer);
    }

    /// <summary>One that left has nothing any more.</summary>
    public void Forget(int number)
    {
        if (consumers.Remove(number) is { } gone)
            context.Unwatch(gone);
    }

    private void Greet(Attach attach)
    {
        attach.Asker?.Tell(new Subscribed(terms.Topic, terms.Group, claims.Position));
        context.Parent.Tell(new Attached(attach.Consumer));
    }

    private void Leave(IActorRef consumer)
    {
        foreach (var number in consumers.NumbersOf(consumer))
            Leave(number, []);
    }

    private void Leave(int number, DeliveryId[] unbegun)
    {
        step(now => machine.Leave(number, unbegun, now));
        Forget(number);
    }
}
