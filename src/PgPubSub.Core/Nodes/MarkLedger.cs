using System.Runtime.InteropServices;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Nodes;

/// <summary>
/// What the private subscribers of a node still need: each sets its own low mark, and the lowest of each topic is written where it moved. A mark that
/// lags is lower, which harms nobody; what a write that failed has left in the database nobody knows, so it is written again.
/// </summary>
internal sealed class MarkLedger
{
    private readonly Dictionary<TopicId, Dictionary<object, long>> _lows = [];
    private readonly Dictionary<object, TopicId> _topics = [];
    private readonly Dictionary<TopicId, long> _written = [];
    private readonly HashSet<TopicId> _doubtful = [];
    private Guid _node;

    /// <summary>A subscriber needs a topic from there on.</summary>
    public void Set(object subscriber, TopicId topic, long low)
    {
        ref var of = ref CollectionsMarshal.GetValueRefOrAddDefault(_topics, subscriber, out var known);
        if (known && of != topic)
            Forget(subscriber, of);
        of = topic;
        if (!_lows.TryGetValue(topic, out var lows))
            _lows[topic] = lows = [];
        lows[subscriber] = low;
    }

    /// <summary>A subscriber needs nothing any more.</summary>
    public void Remove(object subscriber)
    {
        if (_topics.Remove(subscriber, out var topic))
            Forget(subscriber, topic);
    }

    /// <summary>What is to be written under a node's id; what was written under another is not this one's.</summary>
    /// <param name="node">This node.</param>
    /// <param name="only">The one topic that is asked for; all unless given.</param>
    public IReadOnlyList<TopicMark> Moved(Guid node, TopicId? only = null)
    {
        if (_node != node)
        {
            _written.Clear();
            _doubtful.Clear();
        }

        _node = node;
        List<TopicMark> moved = [];
        foreach (var topic in only is { } one ? [one] : _lows.Keys.Union(_written.Keys).Union(_doubtful))
        {
            long? low = _lows.TryGetValue(topic, out var lows) ? lows.Values.Min() : null;
            long? written = _written.TryGetValue(topic, out var before) ? before : null;
            if (low != written || _doubtful.Contains(topic))
                moved.Add(new TopicMark(topic, low));
        }

        return moved;
    }

    /// <summary>These are in the database.</summary>
    public void Written(IReadOnlyList<TopicMark> marks)
    {
        foreach (var (topic, low) in marks)
        {
            _doubtful.Remove(topic);
            if (low is { } known)
                _written[topic] = known;
            else
                _written.Remove(topic);
        }
    }

    /// <summary>Whether these are in the database is not known.</summary>
    public void Failed(IReadOnlyList<TopicMark> marks) => _doubtful.UnionWith(marks.Select(mark => mark.Topic));

    private void Forget(object subscriber, TopicId topic)
    {
        var lows = _lows[topic];
        lows.Remove(subscriber);
        if (lows.Count == 0)
            _lows.Remove(topic);
    }
}
