using Akka.Actor;

namespace PgPubSub.Actors;

/// <summary>Asks the hub how it is. Answered with <see cref="Health"/>.</summary>
public sealed record GetHealth
{
    /// <summary>The one instance.</summary>
    public static readonly GetHealth Instance = new();

    private GetHealth() { }
}

/// <summary>How this node is.</summary>
/// <param name="IsHealthy">Whether it publishes and delivers.</param>
/// <param name="Problem">What keeps it from that, without data; null where nothing does.</param>
public sealed record Health(bool IsHealthy, string? Problem);

/// <summary>A part of the node met a problem (or is well: null).</summary>
internal sealed record HealthChanged(string? Problem) : INoSerializationVerificationNeeded;
