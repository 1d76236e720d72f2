using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory;
using PgPubSub.Shared.Clocks;
using PgPubSub.Testing.Conformance;

namespace PgPubSub.Shared.Conformance;

/// <summary>The store in memory, as the suite sees it. Whatever it holds grows older when its clock is moved.</summary>
public class InMemoryUnderTest : IAgeingStore
{
    private readonly ShiftedClock _clock = new();

    public InMemoryUnderTest() => Whole = new InMemoryStore(_clock);

    public InMemoryStore Whole { get; }

    public virtual ILogStore Log => Whole.Log;

    public virtual ITopicStore Topics => Whole.Topics;

    public virtual ISubscriptionStore Subscriptions => Whole.Subscriptions;

    public virtual IDeliveryStore Deliveries => Whole.Deliveries;

    public virtual IDeadLetterStore DeadLetters => Whole.DeadLetters;

    public virtual INodeStore Nodes => Whole.Nodes;

    public virtual IWakeupStore Wakeups => Whole.Wakeups;

    public Task MakeOlderAsync(TopicId topic, TimeSpan by)
    {
        _clock.Advance(by);
        return Task.CompletedTask;
    }
}
