using Akka.Actor;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>Spreads what is heard and polled to those whom it concerns.</summary>
internal sealed class WakeupDesk(SubscriptionBook book, ReaderBook readers, PublisherBook publishers)
{
    // Also of topics that nobody serves here yet: a group that comes claims up to there at once, and must hear of it when the log is rewound before the next poll.
    private readonly Dictionary<TopicId, long> _tails = [];

    public void Broadcast(object message)
    {
        foreach (var entry in book.All)
            entry.Actor.Tell(message);
    }

    /// <summary>A topic has come that far. Whether that gives groups that are served here something to do.</summary>
    public bool Wake(TopicTail tail)
    {
        var wakeup = new Wakeup(tail.Tail);
        var (served, before) = (false, _tails.GetValueOrDefault(tail.Topic, -1));
        foreach (var entry in book.Groups(tail.Topic))
        {
            entry.Actor.Tell(wakeup);
            served = true;
        }

        readers.Tell(tail.Topic, wakeup);
        _tails[tail.Topic] = Math.Max(before, tail.Tail);
        return served && tail.Tail > before;
    }

    /// <inheritdoc cref="Wake"/>
    /// <remarks>Its own publisher did not know yet.</remarks>
    public bool Hear(TopicTail tail)
    {
        publishers.Of(tail.Topic)?.Tell(new Wakeup(tail.Tail));
        return Wake(tail);
    }

    /// <summary>The poll has an answer. What it asked for and did not get is gone. Whether groups that are served here got something to do.</summary>
    public bool Learn(Polled polled)
    {
        var busy = false;
        foreach (var tail in polled.Result.Tails)
            busy |= Poll(tail);
        foreach (var (key, suspects) in polled.Result.RetriesDue)
            book.Of(key)?.Actor.Tell(new RetriesWakeup(suspects));
        foreach (var (key, version) in polled.Result.Versions)
            book.Of(key)?.Actor.Tell(new VersionLearnt(version));
        foreach (var key in polled.Request.Groups.Except(polled.Result.Versions.Select(v => v.Group)))
            book.Of(key)?.Actor.Tell(new VersionLearnt(null));
        foreach (var topic in polled.Request.Topics.Except(polled.Result.Tails.Select(t => t.Topic)))
            End(topic);
        if (polled.AfterOutage)
            readers.Broadcast(LookAgain.Instance);
        return busy;
    }

    // Less than was heard of before: the log was rewound by a failover, or the poll is older than what was heard.
    private bool Poll(TopicTail tail)
    {
        readers.Tell(tail.Topic, new PolledTail(tail.Tail));
        if (tail.Tail < _tails.GetValueOrDefault(tail.Topic))
        {
            _tails[tail.Topic] = tail.Tail;
            foreach (var entry in book.Groups(tail.Topic))
                entry.Actor.Tell(LookAgain.Instance);
        }

        return Hear(tail);
    }

    private void End(TopicId topic)
    {
        _tails.Remove(topic);
        publishers.Forget(topic);
        foreach (var entry in book.Of(topic))
            entry.Actor.Tell(TopicGone.Instance);
    }
}
