using Akka.Actor;

namespace PgPubSub.Actors.Topics;

/// <summary>Asks the hub to stop: nothing more is claimed, what is held goes back, publishes end. Answered with <see cref="Drained"/>.</summary>
internal sealed record Drain : INoSerializationVerificationNeeded
{
    public static readonly Drain Instance = new();
}

/// <summary>The hub holds nothing any more.</summary>
internal sealed record Drained : INoSerializationVerificationNeeded
{
    public static readonly Drained Instance = new();
}
