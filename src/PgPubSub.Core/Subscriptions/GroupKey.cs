using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Subscriptions;

/// <summary>The store's key of a group: its topic first, so that a sharded database can keep both together.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Subscription">The group's number.</param>
public readonly record struct GroupKey(TopicId Topic, int Subscription);
