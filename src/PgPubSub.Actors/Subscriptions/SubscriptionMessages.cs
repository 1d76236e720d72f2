using Akka.Actor;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>
/// A consumer for a subscription, already checked by the hub, the rules that it named, and where it would begin. Nobody is answered, and nothing changed, where a subscription is only brought back after a crash.
/// </summary>
internal sealed record Attach(IActorRef Consumer, int Window, IActorRef? Asker, GroupRules? Rules = null, StartFrom? From = null) : INoSerializationVerificationNeeded
{
    public const string Left = "The consumer left before the subscription stood.", Stopped = "The consumer stopped before the subscription stood.";

    /// <summary>Its subscription will not stand: the consumer is gone, or the subscription is over before. A consumer that has stopped never comes back.</summary>
    public void Refuse(string topic, string? group, string why) => Asker?.Tell(new SubscribeRejected(topic, group, why, CanRetry: why != Stopped));
}

/// <summary>A consumer was told that its subscription stands; after a crash nobody is told again.</summary>
internal sealed record Attached(IActorRef Consumer) : INoSerializationVerificationNeeded;

/// <summary>A consumer of a subscription leaves, as its request says; whoever asked for it hears so once it has.</summary>
internal sealed record Detach(IActorRef Consumer, Unsubscribe Request, IActorRef? Asker = null) : INoSerializationVerificationNeeded
{
    public Unsubscribed Reply => new(Request.Topic, Request.Group);
}

/// <summary>A subscription tells the hub what to wake it for.</summary>
internal sealed record Interested(TopicId Topic, GroupKey? Group) : INoSerializationVerificationNeeded;

/// <summary>A consumer stopped by itself.</summary>
internal sealed record ConsumerGone(IActorRef Consumer) : INoSerializationVerificationNeeded;

/// <summary>A subscription holds nothing any more and may be stopped: nobody consumes, or its node stops.</summary>
internal sealed record Finished : INoSerializationVerificationNeeded
{
    public static readonly Finished Instance = new();
}

/// <summary>A subscription is over: its group or topic is gone. These consumers are told; whoever joined meanwhile is not among them.</summary>
internal sealed record Over(IReadOnlyList<IActorRef> Told) : INoSerializationVerificationNeeded;

/// <summary>The node stops: nothing more is handed out; what is out may still be answered.</summary>
internal sealed record StopClaiming : INoSerializationVerificationNeeded
{
    public static readonly StopClaiming Instance = new();
}

/// <summary>The node stops, and the time to answer is over: what is out goes back.</summary>
internal sealed record GiveBack : INoSerializationVerificationNeeded
{
    public static readonly GiveBack Instance = new();
}

/// <summary>The group has this version in the store; null where the store does not know it any more.</summary>
internal sealed record VersionLearnt(long? Version) : INoSerializationVerificationNeeded;

/// <summary>The topic is not there any more.</summary>
internal sealed record TopicGone : INoSerializationVerificationNeeded
{
    public static readonly TopicGone Instance = new();
}

/// <summary>Something may have been missed, or the log may not be what it was: look. Up to the offset that is proven, it is what it was.</summary>
internal sealed record LookAgain(long Proven) : INoSerializationVerificationNeeded
{
    /// <summary>Nothing is proven.</summary>
    public static readonly LookAgain Instance = new(-1);
}

/// <summary>Asks a subscription to say <see cref="Idle"/> once all below an offset is settled and it holds nothing.</summary>
internal sealed record AwaitIdle(long Tail) : INoSerializationVerificationNeeded;

/// <summary>A subscription is idle.</summary>
internal sealed record Idle : INoSerializationVerificationNeeded
{
    public static readonly Idle Instance = new();
}
