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

    private readonly HashSet<SubscriptionEntry> _all = [];

    public IEnumerable<SubscriptionEntry> All => _all;

    public int Count => _all.Count;

    public IEnumerable<GroupKey> Keys => _byKey.Keys;

    public IEnumerable<TopicId> Topics => _byTopic.Keys;

    public SubscriptionEntry? Of(IActorRef actor) => _byActor.GetValueOrDefault(actor);

    public SubscriptionEntry? Of(GroupKey key) => _byKey.GetValueOrDefault(key);

    public SubscriptionEntry? Group(string topic, string group) => _groups.GetValueOrDefault((topic, group));

    public IEnumerable<SubscriptionEntry> Private(string topic) => _all.Where(e => e.Group is null && e.Topic == topic);

    public IReadOnlyList<SubscriptionEntry> Of(TopicId topic) => [.. _byTopic.GetValueOrDefault(topic, [])];

    public IEnumerable<SubscriptionEntry> Groups(TopicId topic) => _byTopic.GetValueOrDefault(topic, []).Where(e => e.Group is not null);

    public IEnumerable<SubscriptionEntry> Private(TopicId topic) => _byTopic.GetValueOrDefault(topic, []).Where(e => e.Group is null);

    public void Add(SubscriptionEntry entry)
    {
        _all.Add(entry);
        if (entry.Group is not null)
            _groups.Add((entry.Topic, entry.Group), entry);
    }

    /// <summary>It has an actor from now on.</summary>
    public void Start(SubscriptionEntry entry, IActorRef actor)
    {
        entry.Actor = actor;
        _byActor.Add(actor, entry);
    }

    /// <summary>Its actor is gone; it stays here and waits for another.</summary>
    public void Stop(SubscriptionEntry entry)
    {
        RemoveIdentity(entry);
        _byActor.Remove(entry.Actor);
        entry.Actor = ActorRefs.Nobody;
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
        Stop(entry);
        _all.Remove(entry);
        if (entry.Group is not null)
            _groups.Remove((entry.Topic, entry.Group));
    }

    private void RemoveIdentity(SubscriptionEntry entry)
    {
        if (entry.Key is { } key)
            _byKey.Remove(key);
        if (entry.TopicId is { } topic && _byTopic.TryGetValue(topic, out var entries))
        {
            entries.Remove(entry);
            if (entries.Count == 0)
                _byTopic.Remove(topic);
        }

        (entry.TopicId, entry.Key) = (null, null);
    }
}
