using PgPubSub.Core.Faults;
using PgPubSub.Core.Publishing;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Tests.Publishing.Histories;

/// <summary>A topic's log, and its append as the schema has it: under a lock, ids looked for from the tail that the publisher knew.</summary>
internal sealed class TopicLog
{
    private readonly List<Guid> _ids = [];
    private readonly Dictionary<Guid, int> _times = [];

    /// <summary>Events that the server refuses for their content.</summary>
    public HashSet<Guid> Guilty { get; } = [];

    public long Tail => _ids.Count;

    public long Floor { get; private set; }

    /// <summary>Retention takes everything.</summary>
    public void Trim() => Floor = Tail;

    public Guid At(long offset) => _ids[(int)offset];

    /// <summary>How often an event was ever written.</summary>
    public int Times(Guid id) => _times.GetValueOrDefault(id);

    public AppendOutcome Append(long known, IReadOnlyList<NewEvent> events)
    {
        if (events.Any(e => Guilty.Contains(e.Id)))
            throw new StoreException(FaultKind.Refused, "the server refuses the content");
        if (Tail < known)
            return new AppendOutcome(null);
        if (Tail > known)
        {
            if (known < Floor)
                return new AppendOutcome(null);
            var found = _ids.IndexOf(events[0].Id, (int)known);
            if (found >= 0)
            {
                var last = found + events.Count - 1;
                if (last >= Tail || _ids[last] != events[^1].Id)
                    throw new StoreException(FaultKind.Refused, "a batch was sent again with other events");
                return new AppendOutcome(found);
            }
        }

        var first = Tail;
        foreach (var e in events)
        {
            _ids.Add(e.Id);
            _times[e.Id] = Times(e.Id) + 1;
        }

        return new AppendOutcome(first);
    }

    /// <summary>Nobody is there to hear what becomes of it.</summary>
    public void Apply(PublishEffect.Append append)
    {
        try
        {
            Append(append.KnownTail, append.Events);
        }
        catch (StoreException)
        {
            // then nothing was written
        }
    }
}
