using PgPubSub.Core.Stores;

namespace PgPubSub.Actors;

/// <summary>The stores that the actors work on.</summary>
internal sealed record Stores(
    ILogStore Log, ITopicStore Topics, ISubscriptionStore Subscriptions, IDeliveryStore Deliveries, IDeadLetterStore DeadLetters, INodeStore Nodes, IWakeupStore Wakeups);
