using PgPubSub.Core.Stores;
using PgPubSub.InMemory;
using PgPubSub.Testing.Conformance;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Samples.Tests.Conformance;

/// <summary>The page's examples. The suite itself is run in the stores' own tests: a class in here is none of this assembly's.</summary>
internal static class OwnStore
{
    // snippet: suite
    public sealed class MyStoreSpec
    {
        public static TheoryData<string> Checks() => [.. StoreConformance.Checks.Select(check => check.Name)];

        [Theory]
        [MemberData(nameof(Checks))]
        public async Task My_store_passes(string check) =>
            await StoreConformance.Checks.Single(c => c.Name == check).RunAsync(new MyStoreUnderTest());
    }
    // end

    public static async Task LoseAsync(InMemoryStore store)
    {
        // snippet: lossy
        var plan = new LossyPlan(seed: 7);
        var log = plan.Over(store.Log); // and the six others
        plan.BeginOutage();             // all is away, and open lines break
        plan.EndOutage();
        await plan.CalmAsync();         // nothing more is lost, and what was late has arrived
        // end
        Assert.NotNull(log);
    }

    private sealed class MyStoreUnderTest : IStoreUnderTest
    {
        private readonly InMemoryStore _store = new();

        public ILogStore Log => _store.Log;

        public ITopicStore Topics => _store.Topics;

        public ISubscriptionStore Subscriptions => _store.Subscriptions;

        public IDeliveryStore Deliveries => _store.Deliveries;

        public IDeadLetterStore DeadLetters => _store.DeadLetters;

        public INodeStore Nodes => _store.Nodes;

        public IWakeupStore Wakeups => _store.Wakeups;
    }
}
