using PgPubSub.Actors.Nodes;

namespace PgPubSub.Actors.HealthChecks;

/// <summary>Whether this node is registered, beats and has all its parts.</summary>
internal static class NodeAspect
{
    /// <summary>What to say where the hub does not answer.</summary>
    public const string Silent = "The instance's hub does not answer: its actor system has ended, or its dispatcher is starved.";

    public static Verdict Judge(InstanceSight seen) => seen.Node is { } node
        ? Say(node, seen.Settings!)
            .With("node", node.Node?.ToString()).With("since_beat_seconds", node.Node is null ? null : Math.Round(node.SinceBeat.TotalSeconds, 3))
            .With("suspended", node.Suspended).With("resting", node.Resting.Count == 0 ? null : string.Join(", ", node.Resting))
        : Verdict.Unhealthy(Silent);

    private static Verdict Say(NodeFacts node, PgPubSubSettings settings)
    {
        var why = node.Problems.Count == 0 ? "" : " " + string.Join(" ", node.Problems);
        if (node.Stopping)
            return Verdict.Unhealthy("The node is stopping: it takes no publishes and gives back what it holds.");
        if (node.Node is null)
            return Verdict.Unhealthy($"The node is not registered in the database: nothing is delivered here.{why} It tries again by itself; where it stays so, see pgpubsub.database and pgpubsub.schema.");
        if (node.Suspended)
            return Verdict.Unhealthy($"Nothing is handed out here: the node's last confirmed beat was sent {Ages.Say(node.SinceBeat)} ago, and its time-to-live is {Ages.Say(settings.TimeToLive)}.{why} It goes on by itself when a beat gets through.");
        if (node.Resting.Count > 0)
            return Verdict.Degraded($"Crashed and not started anew yet: {string.Join(", ", node.Resting)}. They come back by themselves; where it happens again, see the log for the exception and report it.{why}");
        return node.Problems.Count > 0
            ? Verdict.Degraded($"The node beats, but:{why}")
            : Verdict.Healthy($"Node {node.Node} is registered; its last confirmed beat was sent {Ages.Say(node.SinceBeat)} ago.");
    }
}
