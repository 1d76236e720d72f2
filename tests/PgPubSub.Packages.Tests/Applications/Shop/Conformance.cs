using PgPubSub.Core.Stores;
using PgPubSub.InMemory;
using PgPubSub.Testing.Conformance;

namespace Shop;

/// <summary>A store that somebody wrote, as the suite of the package for tests asks for it.</summary>
internal sealed class Conformance(InMemoryStore store) : IStoreUnderTest
{
    public ILogStore Log => store.Log;

    public IDeliveryStore Deliveries => store.Deliveries;

    public ISubscriptionStore Subscriptions => store.Subscriptions;

    public ITopicStore Topics => store.Topics;

    public IDeadLetterStore DeadLetters => store.DeadLetters;

    public INodeStore Nodes => store.Nodes;

    public IWakeupStore Wakeups => store.Wakeups;

    /// <summary>Runs the checks of a rule.</summary>
    public static async Task<string> RunAsync(string rule)
    {
        foreach (var check in StoreConformance.Checks.Where(check => check.Rule == rule))
            await check.RunAsync(new Conformance(new InMemoryStore()));
        return $"{rule} holds";
    }
}
