using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Stores;

/// <summary>Hints between nodes that a topic has moved.</summary>
public interface IWakeupStore
{
    /// <summary>Tells all nodes how far topics have come; never part of a publisher's commit.</summary>
    /// <param name="tails">The topics.</param>
    /// <returns>A task that ends once it is sent.</returns>
    Task NotifyAsync(IReadOnlyList<TopicTail> tails);

    /// <summary>Opens a connection that listens and holds this node's presence lock.</summary>
    /// <param name="node">The node.</param>
    /// <param name="stop">Gives up opening.</param>
    /// <returns>The open line, which has heard itself; null where a pooler stands in between, so that none is to be had: nothing is kept there.</returns>
    Task<IWakeupLine?> OpenAsync(Guid node, CancellationToken stop);
}

/// <summary>An open listening connection.</summary>
public interface IWakeupLine : IAsyncDisposable
{
    /// <summary>Whether the node's presence lock is held on this connection.</summary>
    bool KeepsLock { get; }

    /// <summary>Waits for the next hints.</summary>
    /// <param name="patience">How long silence is taken for granted; then it is probed by a notification on the way that hints go.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>What has moved; empty after a probe that came back.</returns>
    Task<IReadOnlyList<TopicTail>> WaitAsync(TimeSpan patience, CancellationToken stop);
}
