using PgPubSub.Core.Stores;
using PgPubSub.InMemory;
using PgPubSub.Postgres;

namespace PgPubSub.Actors;

/// <summary>The stores that the actors work on.</summary>
internal sealed record Stores(
    ILogStore Log, ITopicStore Topics, ISubscriptionStore Subscriptions, IDeliveryStore Deliveries, IDeadLetterStore DeadLetters, INodeStore Nodes, IWakeupStore Wakeups)
{
    /// <summary>Asks how old the oldest snapshot of the server is, in transactions; null where there is no server.</summary>
    public Func<CancellationToken, Task<long>>? XminAge { get; init; }

    public static Stores Of(PostgresStore store) =>
        new(store.Log, store.Topics, store.Subscriptions, store.Deliveries, store.DeadLetters, store.Nodes, store.Wakeups) { XminAge = store.XminAgeAsync };

    public static Stores Of(InMemoryStore store) =>
        new(store.Log, store.Topics, store.Subscriptions, store.Deliveries, store.DeadLetters, store.Nodes, store.Wakeups);
}
