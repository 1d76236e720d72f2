namespace PgPubSub.InMemory.Log;

/// <summary>Where the ids of a log's events stand. An id that is there twice is told, so that whoever needs its later place looks for it.</summary>
internal sealed class EventIds
{
    private readonly Dictionary<Guid, long> _oldest = [];
    private readonly HashSet<Guid> _doubled = [];

    public long? OldestOf(Guid id) => _oldest.TryGetValue(id, out var offset) ? offset : null;

    public bool IsDoubled(Guid id) => _doubled.Contains(id);

    public void Add(Guid id, long offset)
    {
        if (!_oldest.TryAdd(id, offset))
            _doubled.Add(id);
    }

    public void Remove(Guid id, long offset)
    {
        if (_oldest.TryGetValue(id, out var oldest) && oldest == offset)
            _oldest.Remove(id);
    }
}
