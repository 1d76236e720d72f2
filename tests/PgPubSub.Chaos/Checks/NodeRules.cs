using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Checks;

/// <summary>When nodes may be taken over. Each rule yields a sentence for each breach.</summary>
internal static class NodeRules
{
    // A member that does not get to its mailbox for so long may not get to say that it lives either.
    private const long Stalled = 1_000_000;

    /// <summary>An outage that all nodes share, a clock or a stranger is nobody's death.</summary>
    public static IEnumerable<string> NobodyDies(Evidence evidence)
    {
        if (evidence.Limits.NodesMayDie)
            yield break;
        var stalls = new Stalls(evidence);
        var timeToLive = (long)evidence.Limits.TimeToLive.TotalMicroseconds;
        foreach (var gone in evidence.Scene.Where(fact => fact.What is Note.NodeGone))
        {
            if (!stalls.Any(gone.Topic, gone.At - 2 * timeToLive, gone.At, Stalled))
                yield return $"{gone.Topic} was taken over {(gone.At - evidence.FaultBegan) / 1000} ms after the fault began, which is no death.";
        }
    }
}
