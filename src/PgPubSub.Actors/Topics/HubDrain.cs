using Akka.Actor;
using PgPubSub.Actors.Nodes;

namespace PgPubSub.Actors.Topics;

/// <summary>The hub's stop in order: its subscriptions end, its publishers write what waits, and then its node leaves.</summary>
internal sealed class HubDrain(SubscriptionBook book, PublisherBook publishers, NodeServices services)
{
    private IActorRef? _asker;

    public bool HasBegun => _asker is not null;

    public void Begin(IActorRef asker)
    {
        _asker = asker;
        publishers.FlushAll();
    }

    /// <summary>Something that was waited for may be over.</summary>
    public void GoOn()
    {
        if (HasBegun && book.Count == 0 && publishers.IsFlushed)
            services[NodeServices.Node].Tell(Depart.Instance);
    }

    /// <summary>The node has left.</summary>
    public void End() => _asker?.Tell(Drained.Instance);
}
