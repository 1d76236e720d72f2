using Akka.Event;

namespace PgPubSub.Actors;

/// <summary>
/// A subscription is over although its consumer did not ask for that: its group or topic was dropped, or the node stops. What the consumer still holds is
/// no longer its own. It may subscribe again.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group, or null for a private subscriber.</param>
/// <param name="Reason">Why.</param>
/// <param name="NodeStops">Whether it is over because the node stops; nothing was dropped then.</param>
public sealed record SubscriptionEnded(string Topic, string? Group, string Reason, bool NodeStops = false) : IDeadLetterSuppression
{
    internal static SubscriptionEnded WithNode(string topic, string? group) => new(topic, group, "The node stops.", NodeStops: true);
}

/// <summary>
/// The log is not what the subscriber has read: a failover to a standby that had not got everything took some of it back. It goes on from the fork, and
/// may get events again that were there before.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="From">The offset it had come to.</param>
/// <param name="To">The offset it goes on with; what it had read from there on is not in the log any more.</param>
public sealed record HistoryRewound(string Topic, long From, long To);
