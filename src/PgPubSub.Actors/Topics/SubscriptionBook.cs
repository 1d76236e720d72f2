using Akka.Actor;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>The subscriptions of this node, found by group, by consumer, by actor and by topic.</summary>
internal sealed class SubscriptionBook
{
    private readonly Dictionary<(string Topic, string Group), SubscriptionEntry> _groups = [];
    private readonly Dictionary<IActorRef, SubscriptionEntry> _byActor = [];

    public IEnumerable<SubscriptionEntry> All => _byActor.Values;

    public int Count => _byActor.Count;

    public SubscriptionEntry? Of(IActorRef actor) => _byActor.GetValueOrDefault(actor);

    public SubscriptionEntry? Group(string topic, string group) => _groups.GetValueOrDefault((topic, group));

    public IEnumerable<SubscriptionEntry> Private(string topic) => _byActor.Values.Where(e => e.Group is null && e.Topic == topic);

    public IEnumerable<SubscriptionEntry> Groups(TopicId topic) => _byActor.Values.Where(e => e.Group is not null && e.TopicId == topic);

    public IEnumerable<SubscriptionEntry> Private(TopicId topic) => _byActor.Values.Where(e => e.Group is null && e.TopicId == topic);

    public SubscriptionEntry? Of(GroupKey key) => _byActor.Values.FirstOrDefault(e => e.Key == key);

    public void Add(SubscriptionEntry entry, IActorRef actor)
    {
        entry.Actor = actor;
        _byActor[actor] = entry;
        if (entry.Group is not null)
            _groups[(entry.Topic, entry.Group)] = entry;
    }

    public void Remove(SubscriptionEntry entry)
    {
        _byActor.Remove(entry.Actor);
        if (entry.Group is not null)
            _groups.Remove((entry.Topic, entry.Group));
    }
}
