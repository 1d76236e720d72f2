using PgPubSub.Core.Stores;

namespace PgPubSub.InMemory.Tests.Conformance.Broken;

/// <summary>The store in memory with one fault.</summary>
internal sealed class BrokenStore : InMemoryUnderTest
{
    private readonly object _fault;

    public BrokenStore(Func<InMemoryStore, object> fault) => _fault = fault(Whole);

    public override ILogStore Log => _fault as ILogStore ?? base.Log;

    public override ITopicStore Topics => _fault as ITopicStore ?? base.Topics;

    public override ISubscriptionStore Subscriptions => _fault as ISubscriptionStore ?? base.Subscriptions;

    public override IDeliveryStore Deliveries => _fault as IDeliveryStore ?? base.Deliveries;

    public override INodeStore Nodes => _fault as INodeStore ?? base.Nodes;
}
