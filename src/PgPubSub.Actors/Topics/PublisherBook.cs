using Akka.Actor;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>The publishers of this node, one a topic, found by the topic's name and by its id once that is known.</summary>
internal sealed class PublisherBook(Func<string, int, IActorRef> make)
{
    private readonly Dictionary<string, IActorRef> _byName = [];
    private readonly Dictionary<TopicId, IActorRef> _byId = [];
    private readonly HashSet<IActorRef> _unflushed = [];
    private int _made;

    /// <summary>The topics that were published to.</summary>
    public IEnumerable<TopicId> Topics => _byId.Keys;

    /// <summary>Whether no publisher that was asked to flush still has something waiting.</summary>
    public bool IsFlushed => _unflushed.Count == 0;

    /// <summary>The publishers with their topics' names.</summary>
    public IReadOnlyDictionary<IActorRef, string> All => _byName.ToDictionary(x => x.Value, x => x.Key);

    public IActorRef Of(string topic)
    {
        if (!_byName.TryGetValue(topic, out var publisher))
            _byName[topic] = publisher = make(topic, ++_made);
        return publisher;
    }

    public IActorRef? Of(TopicId topic) => _byId.GetValueOrDefault(topic);

    /// <summary>True where the topic's id was not known before.</summary>
    public bool Identify(TopicId topic, IActorRef publisher) => _byId.TryAdd(topic, publisher);

    /// <summary>A topic is not there any more: its publisher finds out by itself, and makes another of its name.</summary>
    public void Forget(TopicId topic) => _byId.Remove(topic);

    /// <summary>A publisher crashed: the next publish makes another.</summary>
    public void Remove(IActorRef publisher)
    {
        _unflushed.Remove(publisher);
        foreach (var (name, _) in _byName.Where(x => x.Value.Equals(publisher)).ToArray())
            _byName.Remove(name);
        foreach (var (id, _) in _byId.Where(x => x.Value.Equals(publisher)).ToArray())
            _byId.Remove(id);
    }

    public void FlushAll()
    {
        _unflushed.UnionWith(_byName.Values);
        foreach (var publisher in _byName.Values)
            publisher.Tell(FlushPublisher.Instance);
    }

    public void Flushed(IActorRef publisher) => _unflushed.Remove(publisher);
}
