using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Checks;

/// <summary>Which nodes the database said are gone, and what members held under them. A process that was declared dead goes on as a node of another id.</summary>
internal sealed class NodeLives
{
    // A hand-out is written down a moment after it was made.
    private const long Slack = 500_000;

    private readonly Dictionary<(string Worker, long Start), List<Life>> _lives = [];
    private readonly long _timeToLive;

    public NodeLives(Evidence evidence)
    {
        _timeToLive = (long)evidence.Limits.TimeToLive.TotalMicroseconds;
        var killed = evidence.Scene.Where(fact => fact.What is Note.Killed).ToLookup(fact => fact.Topic, fact => fact.At);
        var stood = evidence.Scene.Where(fact => fact.What is Note.NodeStood).ToDictionary(fact => fact.EventId, fact => fact.At);
        var gone = evidence.Scene.Where(fact => fact.What is Note.NodeGone).ToDictionary(fact => fact.EventId, fact => fact.At);
        foreach (var fact in evidence.Scene.Where(fact => fact.What is Note.NodeAppeared).OrderBy(fact => fact.At))
        {
            var start = 1 + killed[fact.Topic].Count(at => at < fact.At);
            if (!_lives.TryGetValue((fact.Topic, start), out var lives))
                _lives.Add((fact.Topic, start), lives = []);
            lives.Add(new Life(fact.At, stood.GetValueOrDefault(fact.EventId, long.MaxValue), gone.GetValueOrDefault(fact.EventId, long.MaxValue)));
        }
    }

    private sealed record Life(long Appeared, long Stood, long Gone);

    /// <summary>Whether the node under which an event was handed out was taken over, before a moment.</summary>
    public bool LostWith(HandOut handOut, long before)
    {
        var lives = _lives.GetValueOrDefault((handOut.Journal.Worker, handOut.Journal.Start)) ?? [];
        for (var i = 0; i < lives.Count; i++)
        {
            // The row may have stood before it was seen. Who was taken over learns it when it says again that it lives, or falls silent by itself.
            var since = i == 0 ? long.MinValue : lives[i - 1].Stood;
            var until = i + 1 == lives.Count ? long.MaxValue : lives[i + 1].Appeared + Slack;
            if (lives[i] is { Gone: < long.MaxValue } life && life.Stood <= before && handOut.At >= since && handOut.At <= Math.Min(until, life.Gone + _timeToLive))
                return true;
        }

        return false;
    }
}
