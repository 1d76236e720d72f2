using PgPubSub.InMemory.Topics;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>What was published, what was promised of it, and what the log has.</summary>
internal sealed class LogJournal(TopicRow topic)
{
    private readonly Dictionary<Guid, Publication> _offered = [];
    private readonly List<Publication> _all = [];
    private readonly List<Guid> _ids = [];
    private readonly List<string> _types = [];
    private readonly HashSet<Guid> _written = [];
    private DateTimeOffset _last;

    public long Tail => _ids.Count;

    public int Confirmations { get; private set; }

    /// <summary>Whether this was committed there.</summary>
    public bool Has(long offset, Guid id) => offset < Tail && _ids[(int)offset] == id;

    /// <summary>The type of what was committed there.</summary>
    public string TypeOf(long offset) => _types[(int)offset];

    public void Offered(Publication publication)
    {
        _all.Add(publication);
        foreach (var e in publication.Events)
            _offered.Add(e.Id, publication);
    }

    /// <summary>An append was committed: what is new in the log follows what was there.</summary>
    public void Grown()
    {
        for (var offset = Tail; offset < topic.Log.Tail; offset++)
        {
            var stored = topic.Log.Find(offset);
            Check.That(stored is not null && stored.Offset == offset, "R1", () => $"nothing stands at {offset}, and the tail is {topic.Log.Tail}");
            Check.That(_offered.ContainsKey(stored.Id), "R2", () => $"nobody published what stands at {offset}");
            Check.That(_written.Add(stored.Id), "R2", () => $"what stands at {offset} is in the log a second time");
            Check.That(stored.PublishedAt >= _last, "R1", () => $"{offset} was published before its predecessor");
            _last = stored.PublishedAt;
            _ids.Add(stored.Id);
            _types.Add(stored.Type);
        }
    }

    public void Confirmed(Publication publication, long first)
    {
        Check.That(!publication.IsTold, "R2", () => $"the publisher of {publication} was answered twice");
        publication.First = first;
        Confirmations++;
        for (var i = 0; i < publication.Events.Count; i++)
        {
            var (id, at) = (publication.Events[i].Id, first + i);
            Check.That(_written.Contains(id), "R2", () => $"{publication} was confirmed and is not in the log");
            Check.That(Has(at, id), "R1", () => $"{publication} was confirmed at {at} and does not stand there");
        }
    }

    public void Rejected(Publication publication, bool canRetry)
    {
        Check.That(!publication.IsTold, "R2", () => $"the publisher of {publication} was answered twice");
        publication.CanRetry = canRetry;
    }

    /// <summary>Nothing is under way any more.</summary>
    public void End()
    {
        foreach (var publication in _all.Where(p => p.CanRetry is true))
            Check.That(!publication.Events.Any(e => _written.Contains(e.Id)), "R2", () => $"{publication} was said to be written nowhere, and is in the log");
        for (var offset = topic.Log.Floor; offset < Tail; offset++)
            Check.That(topic.Log.Find(offset)?.Id == _ids[(int)offset], "R2", () => $"what was committed at {offset} does not stand there any more");
        Check.That(topic.Log.Tail == Tail, "R1", () => $"the tail is {topic.Log.Tail}, and {Tail} events were committed");
    }
}
