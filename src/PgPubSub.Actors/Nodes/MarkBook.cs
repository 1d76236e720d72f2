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
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<object, (TopicId Topic, long Low)> _lows = [];
    private readonly Dictionary<TopicId, long> _written = [];
    private Guid _node;

    /// <summary>A subscriber needs a topic from there on.</summary>
    public void Set(object subscriber, TopicId topic, long low)
    {
        lock (_lock)
            _lows[subscriber] = (topic, low);
    }

    /// <summary>A subscriber needs nothing any more.</summary>
    public void Remove(object subscriber)
    {
        lock (_lock)
            _lows.Remove(subscriber);
    }

    /// <summary>Writes what moved, one write after the other, so that an older mark never overtakes a newer one.</summary>
    /// <returns>The floors of the topics that were written.</returns>
    public async Task<IReadOnlyDictionary<TopicId, long>> WriteAsync(Guid node)
    {
        await _writing.WaitAsync();
        try
        {
            var moved = Moved(node);
            if (moved.Length == 0)
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

    private TopicMark[] Moved(Guid node)
    {
        lock (_lock)
        {
            if (_node != node)
                _written.Clear(); // what was written under another id is not this one's
            _node = node;
            var lows = _lows.Values.GroupBy(x => x.Topic).ToDictionary(x => x.Key, x => x.Min(low => low.Low));
            return [.. lows.Keys.Union(_written.Keys).Select(topic => new TopicMark(topic, lows.TryGetValue(topic, out var low) ? low : null))
                .Where(mark => mark.Low is not { } low || !_written.TryGetValue(mark.Topic, out var written) || written != low)];
        }
    }

    private void Written(TopicMark[] marks)
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
}
