using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Readers;

/// <summary>
/// The pages that the readers of this node read last, of all topics together within a budget of bytes: a private subscriber that is a little behind reads them here and not from the
/// database, so that a thousand of them cost it what one costs. What a clear or retention takes meanwhile may still be read here, as what was handed to a subscriber before.
/// Readers write, subscribers read, from any thread.
/// </summary>
internal sealed class RecentPages(long budget = RecentPages.Budget)
{
    /// <summary>Bytes that are kept, by the count of <see cref="CostOf"/>.</summary>
    public const long Budget = 16 * 1024 * 1024;

    /// <summary>The most events that are found at once.</summary>
    public const int Most = 500;

    // What an event takes in memory beside its data.
    private const int Overhead = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<TopicId, Tail> _tails = [];
    private readonly Queue<(TopicId Topic, Tail Tail, int Count, long Bytes)> _order = new();
    private long _bytes;

    /// <summary>A page was read; one that does not follow what is here takes its place.</summary>
    public void Add(TopicId topic, IReadOnlyList<StoredEvent> page)
    {
        lock (_lock)
        {
            if (!_tails.TryGetValue(topic, out var tail) || !tail.IsFollowedBy(page[0]))
                _tails[topic] = tail = new Tail(); // what it replaces leaves the order by and by
            tail.Add(page);
            var bytes = page.Sum(CostOf);
            _order.Enqueue((topic, tail, page.Count, bytes));
            _bytes += bytes;
            while (_bytes > budget)
                DropOldest();
        }
    }

    /// <summary>What was read may not be what the log says now.</summary>
    public void Forget(TopicId topic)
    {
        lock (_lock)
            _tails.Remove(topic);
    }

    /// <summary>The events from an offset on; null where that offset is not here.</summary>
    public IReadOnlyList<StoredEvent>? Find(TopicId topic, long from)
    {
        lock (_lock)
            return _tails.TryGetValue(topic, out var tail) ? tail.Find(from) : null;
    }

    private static long CostOf(StoredEvent e) => Overhead + e.Data.Length + (e.Headers?.Length ?? 0);

    private void DropOldest()
    {
        var (topic, tail, count, bytes) = _order.Dequeue();
        _bytes -= bytes;
        tail.Drop(count);
        if (tail.IsEmpty && _tails.TryGetValue(topic, out var current) && ReferenceEquals(current, tail))
            _tails.Remove(topic);
    }

    /// <summary>One topic's last events, ascending. Those in front of the first are dropped and given back now and then.</summary>
    private sealed class Tail
    {
        private readonly List<StoredEvent> _events = [];
        private int _first;

        public bool IsEmpty => _first == _events.Count;

        public bool IsFollowedBy(StoredEvent next) => IsEmpty || _events[^1].Offset + 1 == next.Offset;

        public void Add(IReadOnlyList<StoredEvent> page) => _events.AddRange(page);

        public void Drop(int count)
        {
            _first += count;
            if (_first < _events.Count / 2)
                return;
            _events.RemoveRange(0, _first);
            _first = 0;
        }

        public IReadOnlyList<StoredEvent>? Find(long from)
        {
            var (low, high) = (_first, _events.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = _events[middle].Offset < from ? (middle + 1, high) : (low, middle);
            }

            // Where history was taken inside a page, what is found begins behind the gap, as when it is read from the log.
            return low == _events.Count || (low == _first && _events[low].Offset > from) ? null : _events.GetRange(low, Math.Min(Most, _events.Count - low));
        }
    }
}
