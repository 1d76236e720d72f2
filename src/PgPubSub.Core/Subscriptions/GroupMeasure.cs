namespace PgPubSub.Core.Subscriptions;

/// <summary>How far a group is behind, by the database's clock.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Topic">The topic's name.</param>
/// <param name="Group">The group's name.</param>
/// <param name="Lag">Events that were never claimed.</param>
/// <param name="LagAge">How long the first event that was never claimed has been waiting; null where none waits.</param>
/// <param name="OldestUnsettled">
/// How long ago the oldest event was published that the group has not settled, be it claimed, waiting for another attempt or never claimed; null where all is
/// settled. What retention took counts as settled.
/// </param>
public sealed record GroupMeasure(GroupKey Key, string Topic, string Group, long Lag, TimeSpan? LagAge, TimeSpan? OldestUnsettled);
