namespace PgPubSub.Streams.Stages;

/// <summary>How far the events of each topic have come to a stage: a subscription that was brought back after a crash hands out again what it does not know to be acked.</summary>
internal sealed class Arrivals
{
    private readonly Dictionary<string, long> _next = new(StringComparer.Ordinal); // what is below has come or is lost
    private readonly Dictionary<string, long> _begun = new(StringComparer.Ordinal);
    private readonly List<(string Topic, long From, long To)> _gaps = []; // what comes before them is still on its way

    /// <summary>A topic is read from there on.</summary>
    public void Begin(string topic, long offset)
    {
        if (_next.TryAdd(topic, offset))
            _begun[topic] = offset;
    }

    /// <summary>An event comes; false where it has come before.</summary>
    public bool Add(string topic, long offset)
    {
        if (offset < Next(topic))
            return false;
        Move(topic, offset + 1);
        return true;
    }

    /// <summary>A part of a topic's history is lost; false where all of it has come.</summary>
    public bool Lose(string topic, long from, long to)
    {
        if (to <= Next(topic))
            return from < _begun.GetValueOrDefault(topic); // what it begins behind never came
        _gaps.Add((topic, from, to));
        Move(topic, Next(topic));
        return true;
    }

    /// <summary>What has come of a topic from there on comes anew.</summary>
    public void Rewind(string topic, long to)
    {
        _gaps.RemoveAll(gap => gap.Topic == topic && gap.To > to);
        _next[topic] = Math.Min(Next(topic), to);
    }

    /// <summary>Whether a topic has come that far.</summary>
    public bool HasReached(long offset) => _next.Values.Any(next => next >= offset);

    private long Next(string topic) => _next.GetValueOrDefault(topic);

    private void Move(string topic, long next)
    {
        foreach (var gap in _gaps.Where(gap => gap.Topic == topic && gap.From <= next).ToArray())
        {
            next = Math.Max(next, gap.To);
            _gaps.Remove(gap);
        }

        _next[topic] = next;
    }
}
