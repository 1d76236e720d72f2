using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Log;

/// <summary>The events of a topic between its floor and its tail, in a ring: an offset's slot is the offset itself, modulo the ring's size.</summary>
internal sealed class EventLog
{
    private readonly EventIds _ids = new();
    private StoredEvent?[] _ring = new StoredEvent?[16];
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    public long Floor { get; private set; }

    public long Tail { get; private set; }

    public StoredEvent? Find(long offset) => offset >= Floor && offset < Tail ? At(offset) : null;

    /// <summary>The lowest offset from a place on where an event with this id stands; null where none does.</summary>
    public long? Find(Guid id, long from)
    {
        if (_ids.OldestOf(id) is { } oldest && oldest >= from)
            return oldest;
        for (var at = Math.Max(from, Floor); _ids.IsDoubled(id) && at < Tail; at++)
        {
            if (At(at).Id == id)
                return at;
        }

        return null;
    }

    /// <summary>Appends events with the time of their commit, and returns the first one's offset.</summary>
    public long Append(IReadOnlyList<NewEvent> events, DateTimeOffset now)
    {
        var first = Tail;
        _last = now > _last ? now : _last;
        Reserve(events.Count);
        foreach (var e in events)
        {
            _ids.Add(e.Id, Tail);
            // Not by ?. alone: an array that is null becomes a memory that is there and empty.
            var headers = e.Headers is { } there ? there.ToArray() : default(ReadOnlyMemory<byte>?);
            _ring[Slot(Tail)] = new StoredEvent(Tail, e.Id, e.Type, e.Key, e.Data.ToArray(), e.ContentType, headers, _last);
            Tail++;
        }

        return first;
    }

    /// <summary>Raises the floor and forgets what lies below it.</summary>
    public void Raise(long floor)
    {
        for (; Floor < floor; Floor++)
        {
            _ids.Remove(At(Floor).Id, Floor);
            _ring[Slot(Floor)] = null;
        }
    }

    /// <summary>One past the last event of the page that begins at an offset: bounded by count and bytes, but never without its first event.</summary>
    public long PageEnd(long lo, int most, long bytes)
    {
        var hi = Math.Min(Tail, lo + Math.Min(most, 1_000));
        var sum = 0L;
        for (var at = lo; at < hi; at++)
        {
            var e = At(at);
            sum += e.Data.Length + (e.Headers?.Length ?? 0);
            if (sum > bytes && at > lo)
                return at;
        }

        return hi;
    }

    /// <summary>What is still there of a range.</summary>
    public IReadOnlyList<StoredEvent> Read(long lo, long hi)
    {
        var events = new List<StoredEvent>();
        for (var at = Math.Max(lo, Floor); at < Math.Min(hi, Tail); at++)
            events.Add(At(at));
        return events;
    }

    /// <summary>The first offset that is not older than a moment, by bisection: times never decrease.</summary>
    public long OffsetAt(DateTimeOffset time)
    {
        var (lo, hi) = (Floor, Tail);
        while (lo < hi)
        {
            var mid = lo + ((hi - lo) / 2);
            if (At(mid).PublishedAt < time)
                lo = mid + 1;
            else
                hi = mid;
        }

        return lo;
    }

    private StoredEvent At(long offset) => _ring[Slot(offset)]!;

    private int Slot(long offset) => (int)(offset & (_ring.Length - 1));

    private void Reserve(int more)
    {
        if (Tail - Floor + more <= _ring.Length)
            return;
        var kept = Read(Floor, Tail);
        _ring = new StoredEvent?[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(kept.Count + more))];
        foreach (var e in kept)
            _ring[Slot(e.Offset)] = e;
    }
}
