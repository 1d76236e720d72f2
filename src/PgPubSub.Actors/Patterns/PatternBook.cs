using Akka.Actor;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Patterns;

/// <summary>The subscriptions by pattern of this node, one for each pattern, group and consumer.</summary>
internal sealed class PatternBook(Func<SubscribePattern, IActorRef, IActorRef?, Dictionary<TopicId, string>, IActorRef> start)
{
    private readonly Dictionary<(string Pattern, string? Group, IActorRef Consumer), Entry> _all = [];

    /// <summary>The patterns, each once.</summary>
    public IReadOnlyList<TopicPattern> Patterns => [.. _all.Keys.Select(key => key.Pattern).Distinct().Select(TopicPattern.Parse)];

    /// <summary>False where the consumer has this subscription already.</summary>
    public bool Add(SubscribePattern request, IActorRef consumer, IActorRef asker)
    {
        var key = (request.Pattern, request.Group, consumer);
        if (_all.ContainsKey(key))
            return false;
        var known = new Dictionary<TopicId, string>();
        _all.Add(key, new Entry(request, known, start(request, consumer, asker, known)));
        return true;
    }

    public IActorRef? Of(string pattern, string? group, IActorRef consumer) => _all.GetValueOrDefault((pattern, group, consumer))?.Actor;

    public void Broadcast(object message)
    {
        foreach (var entry in _all.Values)
            entry.Actor.Tell(message);
    }

    /// <summary>It ended.</summary>
    public void Remove(IActorRef actor)
    {
        foreach (var key in _all.Where(entry => entry.Value.Actor.Equals(actor)).Select(entry => entry.Key).ToArray())
            _all.Remove(key);
    }

    /// <summary>Its actor crashed: it is started anew, and finds its subscriptions standing. Nothing, where it was none of these.</summary>
    public void Restart(IActorRef actor)
    {
        foreach (var (key, entry) in _all)
        {
            if (!entry.Actor.Equals(actor))
                continue;
            _all[key] = entry with { Actor = start(entry.Request, key.Consumer, null, entry.Known) };
            return;
        }
    }

    private sealed record Entry(SubscribePattern Request, Dictionary<TopicId, string> Known, IActorRef Actor);
}
