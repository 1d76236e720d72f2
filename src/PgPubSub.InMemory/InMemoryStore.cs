using PgPubSub.Core.Stores;
using PgPubSub.InMemory.DeadLetters;
using PgPubSub.InMemory.Leases;
using PgPubSub.InMemory.Listening;
using PgPubSub.InMemory.Log;
using PgPubSub.InMemory.Nodes;
using PgPubSub.InMemory.Subscriptions;
using PgPubSub.InMemory.Topics;

namespace PgPubSub.InMemory;

/// <summary>
/// The stores in one process: they keep every promise of the contract but one, that something is left when the process ends. Several nodes of one process
/// may share one. All calls are safe from any thread and are answered at once.
/// </summary>
public sealed class InMemoryStore
{
    /// <summary>Makes an empty store.</summary>
    /// <param name="clock">What stands for the database's clock; the system's unless given.</param>
    public InMemoryStore(TimeProvider? clock = null)
    {
        var memory = new Memory(clock ?? TimeProvider.System);
        Log = new InMemoryLog(memory);
        Topics = new InMemoryTopics(memory);
        Subscriptions = new InMemorySubscriptions(memory);
        Deliveries = new InMemoryDeliveries(memory);
        DeadLetters = new InMemoryDeadLetters(memory);
        Nodes = new InMemoryNodes(memory);
        Wakeups = new InMemoryWakeups(memory);
    }

    /// <summary>Topics and events.</summary>
    public ILogStore Log { get; }

    /// <summary>What is kept of topics.</summary>
    public ITopicStore Topics { get; }

    /// <summary>Groups.</summary>
    public ISubscriptionStore Subscriptions { get; }

    /// <summary>Leases and retries.</summary>
    public IDeliveryStore Deliveries { get; }

    /// <summary>Dead letters.</summary>
    public IDeadLetterStore DeadLetters { get; }

    /// <summary>Nodes; none dies by itself.</summary>
    public INodeStore Nodes { get; }

    /// <summary>Hints between nodes.</summary>
    public IWakeupStore Wakeups { get; }
}
