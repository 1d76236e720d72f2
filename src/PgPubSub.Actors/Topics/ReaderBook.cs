using Akka.Actor;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>The topics' readers: each topic with private subscribers has one.</summary>
internal sealed class ReaderBook(Func<TopicId, IActorRef> start, Action<IActorRef> stop)
{
    private readonly Dictionary<TopicId, IActorRef> _readers = [];

    /// <summary>These are a topic's private subscribers from now on; where there are none, it needs no reader any more.</summary>
    public void Serve(TopicId topic, IReadOnlyList<IActorRef> subscribers)
    {
        if (subscribers.Count == 0)
        {
            if (_readers.Remove(topic, out var unread))
                stop(unread);
            return;
        }

        if (!_readers.TryGetValue(topic, out var reader))
            _readers[topic] = reader = start(topic);
        reader.Tell(new Readers(subscribers));
    }

    public void Tell(TopicId topic, object message)
    {
        if (_readers.TryGetValue(topic, out var reader))
            reader.Tell(message);
    }

    public void Broadcast(object message)
    {
        foreach (var reader in _readers.Values)
            reader.Tell(message);
    }

    /// <summary>A reader crashed: the topic that needs another, or null where it was none.</summary>
    public TopicId? Remove(IActorRef actor)
    {
        foreach (var (topic, reader) in _readers)
        {
            if (!reader.Equals(actor))
                continue;
            _readers.Remove(topic);
            return topic;
        }

        return null;
    }
}
