using Akka.Actor;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>A topic has come that far. A hint, never a promise.</summary>
internal sealed record Wakeup(long Tail) : INoSerializationVerificationNeeded;

/// <summary>Retries of a group may be due, and suspects among them. A hint.</summary>
internal sealed record RetriesWakeup(bool Suspects) : INoSerializationVerificationNeeded;

/// <summary>This node has committed events: its own subscriptions are woken at once, other nodes by the notifier.</summary>
internal sealed record Committed(TopicTail Tail) : INoSerializationVerificationNeeded;

/// <summary>The listener or the poll has learnt how far topics have come.</summary>
internal sealed record TailsLearnt(IReadOnlyList<TopicTail> Tails) : INoSerializationVerificationNeeded;

/// <summary>Asks a publisher to say <see cref="PublisherFlushed"/> once nothing waits.</summary>
internal sealed record FlushPublisher : INoSerializationVerificationNeeded
{
    public static readonly FlushPublisher Instance = new();
}

/// <summary>Nothing waits to be published; how far the publisher has come, where it knows its topic.</summary>
internal sealed record PublisherFlushed(TopicTail? Tail) : INoSerializationVerificationNeeded;

/// <summary>Something was changed in the store: the poll is to find out what, now.</summary>
internal sealed record PollNow : INoSerializationVerificationNeeded
{
    public static readonly PollNow Instance = new();
}
