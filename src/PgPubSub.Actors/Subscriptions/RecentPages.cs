using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>
/// The pages that the readers of this node read last, of all topics together within a budget of bytes: a private subscriber that is a little behind reads them here and not from the
/// database, so that a thousand of them cost it what one costs. Readers write, subscribers read, from any thread.
/// </summary>
internal sealed class RecentPages(long budget = RecentPages.Budget)
{
    /// <summary>Bytes that are kept, by the count of <see cref="CostOf"/>.</summary>
    public const long Budget = 16 * 1024 * 1024;

    // What an event takes in memory beside its data.
    private const int Overhead = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<TopicId, List<IReadOnlyList<StoredEvent>>> _pages = [];
    private readonly Queue<(TopicId Topic, IReadOnlyList<StoredEvent> Page)> _order = new();
    private long _bytes;

    /// <summary>A page was read; one that does not follow what is here takes its place.</summary>
    public void Add(TopicId topic, IReadOnlyList<StoredEvent> page)
    {
        lock (_lock)
        {
            if (!_pages.TryGetValue(topic, out var pages))
                _pages.Add(topic, pages = []);
            if (pages.Count > 0 && pages[^1][^1].Offset + 1 != page[0].Offset)
                pages.Clear();
            pages.Add(page);
            _order.Enqueue((topic, page));
            _bytes += CostOf(page);
            while (_bytes > budget)
                DropOldest();
        }
    }

    /// <summary>What was read may not be what the log says now.</summary>
    public void Forget(TopicId topic)
    {
        lock (_lock)
            _pages.Remove(topic); // its pages leave the order by and by
    }

    /// <summary>The events from an offset on that one page has; null where none has it.</summary>
    public IReadOnlyList<StoredEvent>? Find(TopicId topic, long from)
    {
        lock (_lock)
        {
            if (!_pages.TryGetValue(topic, out var pages))
                return null;
            var at = pages.FindIndex(page => page[^1].Offset >= from);
            if (at < 0 || pages[at][0].Offset > from)
                return null;
            var found = pages[at];
            return found[0].Offset == from ? found : [.. found.Where(e => e.Offset >= from)];
        }
    }

    private static long CostOf(IReadOnlyList<StoredEvent> page)
    {
        var bytes = 0L;
        foreach (var e in page)
            bytes += Overhead + e.Data.Length + (e.Headers?.Length ?? 0);
        return bytes;
    }

    private void DropOldest()
    {
        var (topic, page) = _order.Dequeue();
        _bytes -= CostOf(page);
        if (_pages.TryGetValue(topic, out var pages) && pages.Count > 0 && ReferenceEquals(pages[0], page))
            pages.RemoveAt(0);
    }
}
