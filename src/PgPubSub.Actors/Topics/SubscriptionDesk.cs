using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Subscriptions;

namespace PgPubSub.Actors.Topics;

/// <summary>Takes the requests of consumers: who joins gets a subscription's actor, who leaves is led out of it. What the hub does besides is told to it.</summary>
internal sealed class SubscriptionDesk(
    SubscriptionBook book, SubscriptionFactory factory, int window, Func<Props, IActorRef> start, Func<Guid?> node, ILoggingAdapter logger)
{
    /// <summary>A consumer joins; what is wrong with the request, or null.</summary>
    public string? Join(Subscribe request, IActorRef sender)
    {
        var consumer = request.Consumer ?? sender;
        var entry = request is { Topic: not null, Group: not null } ? book.Group(request.Topic, request.Group) : null;
        var problem = SubscribeCheck.Problem(request) ?? SubscribeCheck.Problem(consumer)
            ?? (entry?.Consumers.ContainsKey(consumer) is true ? "The consumer is a member of this group already." : null);
        if (problem is not null)
            return problem;
        if (request.Rules is { Retry.MaxAttempts: 0 })
            logger.Warning("A subscription to {0} sets no cap on attempts: a message that always fails comes back for ever", request.Topic);
        var attach = new Attach(consumer, request.Window ?? window, sender);
        if (entry is null)
        {
            book.Add(entry = factory.Make(request, node));
            entry.Consumers.Add(consumer, attach);
            Spawn(entry);
            return null;
        }

        entry.Consumers.Add(consumer, attach = attach with { Rules = request.Rules, From = request.From });
        entry.Actor.Tell(attach); // while it waits to come back, this goes nowhere, and it comes back with all its consumers
        return null;
    }

    /// <summary>A subscription that has consumers gets its actor.</summary>
    public void Spawn(SubscriptionEntry entry)
    {
        book.Start(entry, start(entry.Props));
        if (entry.Group is null)
            return; // its one consumer comes with it
        foreach (var attach in entry.Consumers.Values)
            entry.Actor.Tell(attach);
    }

    /// <summary>A consumer leaves; it is answered once nothing more is handed to it.</summary>
    public void Leave(Unsubscribe request, IActorRef sender)
    {
        var consumer = request.Consumer ?? sender;
        SubscriptionEntry?[] named = request is not { Topic: not null } ? []
            : request.Group is { } group ? [book.Group(request.Topic, group)] : [.. book.Private(request.Topic)];
        var reply = new Unsubscribed(request.Topic ?? "", request.Group);
        SubscriptionEntry[] left = [.. named.OfType<SubscriptionEntry>().Where(entry => IsLedOut(entry, consumer))];
        for (var i = 0; i < left.Length; i++)
            left[i].Actor.Tell(new Detach(consumer, request, i < left.Length - 1 ? null : sender));
        if (left.Length == 0)
            sender.Tell(reply);
    }

    // Whether the subscription's actor has to see to it. Who lingers in a group is no member any more, and that actor alone knows it.
    private static bool IsLedOut(SubscriptionEntry entry, IActorRef consumer)
    {
        var known = entry.Consumers.Remove(consumer, out var attach);
        if (!entry.Actor.IsNobody())
            return known || entry.Group is not null;
        attach?.Refuse(entry.Topic, entry.Group, Attach.Left); // it waits to come back: nobody else can answer
        return false;
    }
}
