using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Testing.Conformance;

/// <summary>A store that is to show that it keeps the contract. It may hold other topics, groups and nodes: checks use names of their own and tidy up.</summary>
public interface IStoreUnderTest
{
    /// <summary>Topics and events.</summary>
    ILogStore Log { get; }

    /// <summary>What is kept of topics.</summary>
    ITopicStore Topics { get; }

    /// <summary>Groups.</summary>
    ISubscriptionStore Subscriptions { get; }

    /// <summary>Leases and retries.</summary>
    IDeliveryStore Deliveries { get; }

    /// <summary>Dead letters.</summary>
    IDeadLetterStore DeadLetters { get; }

    /// <summary>Nodes.</summary>
    INodeStore Nodes { get; }

    /// <summary>Hints between nodes.</summary>
    IWakeupStore Wakeups { get; }
}

/// <summary>A store whose contents can be made older than they are. Checks of what depends on age run on such a store alone.</summary>
public interface IAgeingStore : IStoreUnderTest
{
    /// <summary>Makes the events and dead letters of a topic older: moves their times back, or the store's clock forth.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="by">How much older.</param>
    /// <returns>A task that ends when they are.</returns>
    Task MakeOlderAsync(TopicId topic, TimeSpan by);
}
