using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Nodes;

/// <summary>What a node's one poll asks for.</summary>
/// <param name="Topics">The topics served here.</param>
/// <param name="Groups">The groups served here.</param>
/// <param name="Patterns">The patterns that subscriptions here follow.</param>
public sealed record PollRequest(IReadOnlyList<TopicId> Topics, IReadOnlyList<GroupKey> Groups, IReadOnlyList<TopicPattern> Patterns)
{
    /// <summary>The node that asks, where it wants to be told of the others.</summary>
    public Guid? Node { get; init; }

    /// <summary>Whether that node holds its presence lock, where the poll is its beat as well; null where it is none.</summary>
    public bool? KeepsLock { get; init; }
}
