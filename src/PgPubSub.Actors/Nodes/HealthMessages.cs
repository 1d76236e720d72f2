using Akka.Actor;
using PgPubSub.Core.Subscriptions;

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

/// <summary>Asks the hub for what it knows of its node; answered with <see cref="NodeFacts"/> without any I/O.</summary>
internal sealed record GetFacts : INoSerializationVerificationNeeded
{
    public static readonly GetFacts Instance = new();
}

/// <summary>What a hub knows of its node.</summary>
/// <param name="Node">Its id; null while it is not registered.</param>
/// <param name="SinceBeat">How long ago its last confirmed beat was sent.</param>
/// <param name="Suspended">Whether nothing is handed out because that is too long.</param>
/// <param name="Stopping">Whether it stops.</param>
/// <param name="Listener">How its listener is; null while that has not said so.</param>
/// <param name="Resting">Services and subscriptions that crashed and come back after a rest.</param>
/// <param name="Groups">The groups that are served here.</param>
/// <param name="Problems">What its parts have told, but for the listener.</param>
internal sealed record NodeFacts(
    Guid? Node, TimeSpan SinceBeat, bool Suspended, bool Stopping, ListenerBecame? Listener, IReadOnlyList<string> Resting, IReadOnlyList<GroupKey> Groups,
    IReadOnlyList<string> Problems) : INoSerializationVerificationNeeded;

/// <summary>The listener hears wake-ups, or why not.</summary>
/// <param name="Hears">Whether it hears them.</param>
/// <param name="Why">Why not; null where it does.</param>
/// <param name="Unwell">Whether that is against what the application set.</param>
internal sealed record ListenerBecame(bool Hears, string? Why, bool Unwell) : INoSerializationVerificationNeeded;
