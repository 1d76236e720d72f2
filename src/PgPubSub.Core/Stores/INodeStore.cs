using PgPubSub.Core.Nodes;

namespace PgPubSub.Core.Stores;

/// <summary>Nodes and what dead ones leave behind. Every call may throw <see cref="Faults.StoreException"/>.</summary>
public interface INodeStore
{
    /// <summary>Registers this process under an id that was never used.</summary>
    /// <param name="node">The id.</param>
    /// <param name="name">A name for people.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>A task that ends after the commit.</returns>
    Task RegisterAsync(Guid node, string name, CancellationToken stop);

    /// <summary>Says that a node is alive.</summary>
    /// <param name="node">The node.</param>
    /// <param name="keepsLock">Whether it holds its presence lock; a node that doesn't is judged by its beats alone.</param>
    /// <returns>The tokens under its name, or null where its row is gone.</returns>
    Task<IReadOnlyList<Guid>?> BeatAsync(Guid node, bool keepsLock);

    /// <summary>Looks at all other nodes.</summary>
    /// <param name="self">This node.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>What is seen of each, those included that hold leases without a row.</returns>
    Task<IReadOnlyList<NodeSighting>> WatchAsync(Guid self, CancellationToken stop);

    /// <summary>Takes over what a dead node held, if its row is still as it was seen.</summary>
    /// <param name="dead">The sighting that it was judged by.</param>
    /// <returns>Whether this call won.</returns>
    Task<bool> TakeOverAsync(NodeSighting dead);

    /// <summary>Returns leases and claimed retries that nobody on this node knows. An attempt counts for each message, and whoever had the last is buried.</summary>
    /// <param name="node">This node.</param>
    /// <param name="tokens">Their tokens.</param>
    /// <param name="unbegun">Those of them of which nothing was handed out: what they have goes back as it was. None unless given.</param>
    /// <returns>How many messages went back.</returns>
    Task<int> ReturnOrphansAsync(Guid node, IReadOnlyList<Guid> tokens, IReadOnlyList<Guid>? unbegun = null);

    /// <summary>Writes what this node's private subscribers still need: retention spares it.</summary>
    /// <param name="node">This node.</param>
    /// <param name="lows">A mark for each topic that moved.</param>
    /// <returns>The topics' floors, in the order of the marks: what lies below is gone already.</returns>
    Task<IReadOnlyList<long>> MarkAsync(Guid node, IReadOnlyList<TopicMark> lows);

    /// <summary>Removes a node that stops; what it still held goes back at once, by the rules of <see cref="ReturnOrphansAsync"/>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="unbegun">The tokens of which nothing was handed out; none unless given.</param>
    /// <returns>A task that ends after the commit.</returns>
    Task DepartAsync(Guid node, IReadOnlyList<Guid>? unbegun = null);

    /// <summary>Asks in one query how far topics have come, which groups have changed or have retries that are due, and what patterns match.</summary>
    /// <param name="request">What is served here.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The answer.</returns>
    Task<PollResult> PollAsync(PollRequest request, CancellationToken stop);

    /// <summary>Takes a duty that one node at a time does, or finds that it has it. It is kept for as long as the node's row is there.</summary>
    /// <param name="duty">The duty's name.</param>
    /// <param name="node">This node.</param>
    /// <returns>Whether this node has it.</returns>
    Task<bool> TakeDutyAsync(string duty, Guid node);
}
