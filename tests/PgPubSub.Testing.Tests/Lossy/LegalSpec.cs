using PgPubSub.Core.Stores;
using PgPubSub.InMemory;
using PgPubSub.Testing.Conformance;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Testing.Tests.Lossy;

/// <summary>What a caller is not told of changes nothing for him: a store that delays and repeats calls keeps the whole contract.</summary>
public sealed class LegalSpec
{
    public static TheoryData<string> Checks() => [.. StoreConformance.Checks.Where(check => !check.NeedsAgeing).Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task A_store_that_delays_and_repeats_keeps_its_promises(string check)
    {
        var plan = new LossyPlan(check.Length, new LossRates { Delayed = 0.1, Repeated = 0.4, LongestDelay = TimeSpan.FromMilliseconds(1) });
        var store = new InMemoryStore();

        await StoreConformance.Checks.Single(c => c.Name == check).RunAsync(new Lossy(
            plan.Over(store.Log), plan.Over(store.Topics), plan.Over(store.Subscriptions), plan.Over(store.Deliveries), plan.Over(store.DeadLetters), plan.Over(store.Nodes), store.Wakeups));
    }

    private sealed record Lossy(
        ILogStore Log, ITopicStore Topics, ISubscriptionStore Subscriptions, IDeliveryStore Deliveries, IDeadLetterStore DeadLetters, INodeStore Nodes, IWakeupStore Wakeups)
        : IStoreUnderTest;
}
