using System.Runtime.InteropServices;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Nodes;

/// <summary>
/// What the private subscribers of this node still need: each sets its own low mark; the lowest of each topic is written to the database before
/// a subscription is confirmed, and with the node's beats where it moved. A mark that lags is lower, which harms nobody.
/// </summary>
internal sealed class MarkBook(INodeStore store)
{
    // Thousands that come at once would each hold the state of a call while they wait for one of a few connections.
    private const int MostOpening = 16;

    private readonly SemaphoreSlim _writing = new(1), _opening = new(MostOpening);
    private readonly Lock _lock = new();
    private readonly Dictionary<TopicId, Dictionary<object, long>> _lows = [];
    private readonly Dictionary<object, TopicId> _topics = [];
    private readonly Dictionary<TopicId, long> _written = [];
    private Guid _node;

    /// <summary>Waits for a turn to open a subscription.</summary>
    /// <returns>What ends the turn.</returns>
    public async Task<IDisposable> TurnAsync(CancellationToken stop)
    {
        await _opening.WaitAsync(stop);
        return new Turn(_opening);
    }

    /// <summary>A subscriber needs a topic from there on.</summary>
    public void Set(object subscriber, TopicId topic, long low)
    {
        lock (_lock)
        {
            ref var of = ref CollectionsMarshal.GetValueRefOrAddDefault(_topics, subscriber, out var known);
            if (known && of != topic)
                Forget(subscriber, of);
            of = topic;
            if (!_lows.TryGetValue(topic, out var lows))
                _lows[topic] = lows = [];
            lows[subscriber] = low;
        }
    }

    /// <summary>A subscriber needs nothing any more.</summary>
    public void Remove(object subscriber)
    {
        lock (_lock)
        {
            if (_topics.Remove(subscriber, out var topic))
                Forget(subscriber, topic);
        }
    }

    /// <summary>Writes what moved, one write after the other, so that an older mark never overtakes a newer one.</summary>
    /// <param name="node">This node.</param>
    /// <param name="only">The one topic that is asked for; all unless given.</param>
    /// <returns>The floors of the topics that were written.</returns>
    public async Task<IReadOnlyDictionary<TopicId, long>> WriteAsync(Guid node, TopicId? only = null)
    {
        await _writing.WaitAsync();
        try
        {
            var moved = Moved(node, only);
            if (moved.Count == 0)
                return new Dictionary<TopicId, long>();
            var floors = await store.MarkAsync(node, moved);
            Written(moved);
            return moved.Zip(floors).ToDictionary(x => x.First.Topic, x => x.Second);
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Forget(object subscriber, TopicId topic)
    {
        var lows = _lows[topic];
        lows.Remove(subscriber);
        if (lows.Count == 0)
            _lows.Remove(topic);
    }

    private List<TopicMark> Moved(Guid node, TopicId? only)
    {
        lock (_lock)
        {
            if (_node != node)
                _written.Clear(); // what was written under another id is not this one's
            _node = node;
            List<TopicMark> moved = [];
            foreach (var topic in only is { } one ? [one] : _lows.Keys.Union(_written.Keys))
            {
                long? low = _lows.TryGetValue(topic, out var lows) ? lows.Values.Min() : null;
                long? written = _written.TryGetValue(topic, out var before) ? before : null;
                if (low != written)
                    moved.Add(new TopicMark(topic, low));
            }

            return moved;
        }
    }

    private void Written(List<TopicMark> marks)
    {
        lock (_lock)
        {
            foreach (var (topic, low) in marks)
            {
                if (low is { } known)
                    _written[topic] = known;
                else
                    _written.Remove(topic);
            }
        }
    }

    private sealed class Turn(SemaphoreSlim opening) : IDisposable
    {
        public void Dispose() => opening.Release();
    }
}
