using PgPubSub.Core.Stores;

namespace PgPubSub.Actors;

/// <summary>The stores that the actors work on.</summary>
internal sealed record Stores(ILogStore Log, ISubscriptionStore Subscriptions, IDeliveryStore Deliveries, INodeStore Nodes, IWakeupStore Wakeups);
