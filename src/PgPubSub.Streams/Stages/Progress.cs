using System.Collections.Concurrent;

namespace PgPubSub.Streams.Stages;

/// <summary>How far a source has come in each topic, and where it ends; what starts again after a failure goes on with it.</summary>
internal sealed class Progress
{
    private readonly ConcurrentDictionary<string, long> _next = new(StringComparer.Ordinal);

    /// <summary>The offset after the last event that was emitted.</summary>
    public IReadOnlyDictionary<string, long> Next => _next;

    /// <summary>The offset before which the source completes; null where it goes on, or does not know yet.</summary>
    public long? To { get; set; }

    /// <summary>Whether it has begun at every topic of its pattern.</summary>
    public bool KnowsPattern { get; private set; }

    /// <summary>The source begins there, unless it has come further.</summary>
    public void Begin(string topic, long offset) => _next.TryAdd(topic, offset);

    /// <summary>It begins there by pattern: a topic that it does not know is created later.</summary>
    public void Begin(IReadOnlyDictionary<string, long> positions)
    {
        foreach (var (topic, offset) in positions)
            Begin(topic, offset);
        KnowsPattern = true;
    }

    /// <summary>What was emitted from there on is not in the log any more.</summary>
    public void Rewind(string topic, long to)
    {
        if (_next.TryGetValue(topic, out var next) && next > to)
            _next[topic] = to;
    }

    /// <summary>The topic is not there any more.</summary>
    public void Forget(string topic) => _next.TryRemove(topic, out _);

    public void Emitted(string topic, long offset) => _next[topic] = offset + 1;
}
