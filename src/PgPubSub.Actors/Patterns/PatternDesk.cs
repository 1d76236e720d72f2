using Akka.Actor;
using PgPubSub.Actors.Subscriptions;

namespace PgPubSub.Actors.Patterns;

/// <summary>Takes the requests of consumers by pattern: who joins gets an actor for the pattern, who leaves is led out by it.</summary>
internal sealed class PatternDesk(PatternBook patterns)
{
    /// <summary>A consumer joins; what is wrong with the request, or null.</summary>
    public string? Join(SubscribePattern sent, IActorRef sender)
    {
        var (request, consumer) = (sent with { Offsets = Sent.Read(() => sent.Offsets?.ToDictionary()) }, sent.Consumer ?? sender);
        return SubscribeCheck.Problem(sent, request) ?? SubscribeCheck.Problem(consumer) ?? (patterns.Add(request, consumer, sender) ? null : "The consumer has this subscription already.");
    }

    /// <summary>A consumer leaves; it is answered once the last of its subscriptions has ended.</summary>
    public void Leave(UnsubscribePattern request, IActorRef sender)
    {
        if (patterns.Of(request.Pattern ?? "", request.Group, request.Consumer ?? sender) is { } pattern)
            pattern.Tell(new EndPattern(sender, request));
        else
            sender.Tell(new PatternUnsubscribed(request.Pattern ?? "", request.Group));
    }
}
