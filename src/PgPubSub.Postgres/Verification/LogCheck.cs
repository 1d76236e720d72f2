namespace PgPubSub.Postgres.Verification;

/// <summary>Goes through a topic's events in the order of their offsets.</summary>
internal sealed class LogCheck(string topic, long from)
{
    private readonly Dictionary<Guid, long> _known = [];
    private DateTime _latest = DateTime.MinValue;

    /// <summary>The offset that is looked for next.</summary>
    public long Next { get; private set; } = from;

    public long Seen { get; private set; }

    /// <summary>What lies below the floor was trimmed, also while this goes on.</summary>
    public void RaiseTo(long floor) => Next = Math.Max(Next, floor);

    public IEnumerable<Finding> See(long offset, Guid id, DateTime publishedAt)
    {
        if (offset > Next)
            yield return Findings.Of(FindingKind.Gap, offset == Next + 1 ? $"Offset {Next} is missing." : $"Offsets {Next} to {offset - 1} are missing.", topic, offset: Next);
        if (!_known.TryAdd(id, offset))
            yield return Findings.Of(FindingKind.EventDoubled, $"Event {id} is there at {_known[id]} and at {offset}.", topic, offset: offset);
        if (publishedAt < _latest)
            yield return Findings.Of(FindingKind.TimeGoesBack, $"Event {offset} was published at {publishedAt:O}, after one of {_latest:O}.", topic, offset: offset);
        _latest = publishedAt > _latest ? publishedAt : _latest;
        Next = offset + 1;
        Seen++;
    }
}
