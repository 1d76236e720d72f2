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

/// <summary>
/// Asks the hub to tell the sender with <see cref="OutageBegan"/> and <see cref="OutageEnded"/> when the store can't be reached and when it can again, for as long as the
/// sender lives. While it can't, publishes wait and nothing is delivered; nothing is lost by it.
/// </summary>
public sealed record WatchOutages
{
    /// <summary>The one instance.</summary>
    public static readonly WatchOutages Instance = new();

    private WatchOutages() { }
}

/// <summary>The store can't be reached.</summary>
/// <param name="Reason">Why, without data.</param>
public sealed record OutageBegan(string Reason);

/// <summary>The store can be reached again.</summary>
public sealed record OutageEnded
{
    /// <summary>The one instance.</summary>
    public static readonly OutageEnded Instance = new();

    private OutageEnded() { }
}

/// <summary>A part of the node met a problem (or is well: null).</summary>
internal sealed record HealthChanged(string? Problem) : INoSerializationVerificationNeeded;
