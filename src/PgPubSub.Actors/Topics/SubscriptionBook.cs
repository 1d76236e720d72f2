using Akka.Actor;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>The subscriptions of this node, found by group, by actor, by key and by topic.</summary>
internal sealed class SubscriptionBook
{
    private readonly Dictionary<(string Topic, string Group), SubscriptionEntry> _groups = [];
    private readonly Dictionary<IActorRef, SubscriptionEntry> _byActor = [];
    private readonly Dictionary<GroupKey, SubscriptionEntry> _byKey = [];
    private readonly Dictionary<TopicId, List<SubscriptionEntry>> _byTopic = [];

    public IEnumerable<SubscriptionEntry> All => _byActor.Values;

    public int Count => _byActor.Count;

    public IEnumerable<GroupKey> Keys => _byKey.Keys;

    public IEnumerable<TopicId> Topics => _byTopic.Keys;

    public SubscriptionEntry? Of(IActorRef actor) => _byActor.GetValueOrDefault(actor);

    public SubscriptionEntry? Of(GroupKey key) => _byKey.GetValueOrDefault(key);

    public SubscriptionEntry? Group(string topic, string group) => _groups.GetValueOrDefault((topic, group));

    public IEnumerable<SubscriptionEntry> Private(string topic) => _byActor.Values.Where(e => e.Group is null && e.Topic == topic);

    public IEnumerable<SubscriptionEntry> Groups(TopicId topic) => _byTopic.GetValueOrDefault(topic, []).Where(e => e.Group is not null);

    public IEnumerable<SubscriptionEntry> Private(TopicId topic) => _byTopic.GetValueOrDefault(topic, []).Where(e => e.Group is null);

    public void Add(SubscriptionEntry entry, IActorRef actor)
    {
        entry.Actor = actor;
        _byActor[actor] = entry;
        if (entry.Group is not null)
            _groups[(entry.Topic, entry.Group)] = entry;
    }

    /// <summary>The store has told what the subscription is called there.</summary>
    public void Identify(SubscriptionEntry entry, TopicId topic, GroupKey? key)
    {
        RemoveIdentity(entry);
        (entry.TopicId, entry.Key) = (topic, key);
        if (!_byTopic.TryGetValue(topic, out var entries))
            _byTopic[topic] = entries = [];
        entries.Add(entry);
        if (key is { } known)
            _byKey[known] = entry;
    }

    public void Remove(SubscriptionEntry entry)
    {
        RemoveIdentity(entry);
        _byActor.Remove(entry.Actor);
        if (entry.Group is not null)
            _groups.Remove((entry.Topic, entry.Group));
    }

    private void RemoveIdentity(SubscriptionEntry entry)
    {
        if (entry.Key is { } key)
            _byKey.Remove(key);
        if (entry.TopicId is not { } topic || !_byTopic.TryGetValue(topic, out var entries))
            return;
        entries.Remove(entry);
        if (entries.Count == 0)
            _byTopic.Remove(topic);
    }
}
