using Akka.Actor;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Feeds;

/// <summary>The stage stops: what it has not emitted goes back, and the rest may be answered where it lingers.</summary>
internal sealed record LeaveFeed(IReadOnlyList<Delivery> Unbegun, bool Linger) : INoSerializationVerificationNeeded;

/// <summary>What is still out goes back now; to the stage: it completes, whatever it waits for.</summary>
internal sealed record GiveUp : INoSerializationVerificationNeeded
{
    public static readonly GiveUp Instance = new();
}

/// <summary>To the stage: how far the topic had come when it began.</summary>
internal sealed record TailThen(long Tail);

/// <summary>To the stage: nothing more will come.</summary>
internal sealed record FeedFailed(Exception Failure);
