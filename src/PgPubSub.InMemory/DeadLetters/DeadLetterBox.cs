using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.DeadLetters;

/// <summary>The dead letters of a topic, in the order in which they died.</summary>
internal sealed class DeadLetterBox
{
    private readonly SortedDictionary<long, DeadLetterRow> _all = [];
    private readonly Dictionary<(int?, string?, long), long> _places = [];
    private long _last;

    public int Count => _all.Count;

    public long CountOf(string group) => _all.Values.Count(row => row.Group is not null && row.Letter.Subscriber == group);

    public IEnumerable<DeadLetterRow> That(DeadLetterFilter filter) => _all.Values.Where(row => row.Meets(filter));

    /// <summary>Keeps what a group buries; a later burial of the same offset replaces the earlier one.</summary>
    public void Put(int group, string name, StoredEvent buried, int attempts, string why, DateTimeOffset now)
    {
        var row = new DeadLetterRow(group, new BuriedEvent(_last + 1, name, IsGroup: true, buried, attempts, why, now));
        if (_places.TryGetValue(row.Place, out var earlier))
            Remove(_all[earlier]);
        Add(row);
    }

    /// <summary>Keeps what a private subscriber buries, once.</summary>
    public void PutOnce(string subscriber, StoredEvent buried, int attempts, string why, DateTimeOffset now)
    {
        var row = new DeadLetterRow(Group: null, new BuriedEvent(_last + 1, subscriber, IsGroup: false, buried, attempts, why, now));
        if (!_places.ContainsKey(row.Place))
            Add(row);
    }

    public void Remove(DeadLetterRow row)
    {
        _all.Remove(row.Letter.Id);
        _places.Remove(row.Place);
    }

    /// <summary>Drops what died before a moment, and says how many those were.</summary>
    public int DropBefore(DateTimeOffset moment)
    {
        var old = _all.Values.Where(row => row.Letter.DiedAt < moment).ToList();
        old.ForEach(Remove);
        return old.Count;
    }

    private void Add(DeadLetterRow row)
    {
        _last = row.Letter.Id;
        _all.Add(row.Letter.Id, row);
        _places.Add(row.Place, row.Letter.Id);
    }
}
