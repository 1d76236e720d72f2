using Akka.Actor;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>A consumer for a subscription, already checked by the hub. Nobody is answered where a subscription is only brought back after a crash.</summary>
internal sealed record Attach(IActorRef Consumer, int Window, IActorRef? Asker) : INoSerializationVerificationNeeded;

/// <summary>A consumer was told that its subscription stands; after a crash nobody is told again.</summary>
internal sealed record Attached(IActorRef Consumer) : INoSerializationVerificationNeeded;

/// <summary>A consumer of a subscription leaves; whoever asked for it hears so once nothing more is handed to it.</summary>
internal sealed record Detach(IActorRef Consumer, Unsubscribed? Reply = null, IActorRef? Asker = null) : INoSerializationVerificationNeeded;

/// <summary>A subscription tells the hub what to wake it for.</summary>
internal sealed record Interested(TopicId Topic, GroupKey? Group) : INoSerializationVerificationNeeded;

/// <summary>A consumer stopped by itself.</summary>
internal sealed record ConsumerGone(IActorRef Consumer) : INoSerializationVerificationNeeded;

/// <summary>A subscription without consumers holds nothing any more and may be stopped.</summary>
internal sealed record Finished : INoSerializationVerificationNeeded
{
    public static readonly Finished Instance = new();
}
