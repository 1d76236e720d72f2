using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Nodes;

/// <summary>The answer to a node's one poll.</summary>
/// <param name="Tails">The tails of the topics that are still there; one that was asked for and is missing was dropped.</param>
/// <param name="RetriesDue">The groups with retries that are due and unclaimed.</param>
/// <param name="Versions">The versions of the groups that are still there; one that was asked for and is missing was dropped.</param>
/// <param name="Matches">The topics that match any of the patterns.</param>
public sealed record PollResult(
    IReadOnlyList<TopicTail> Tails, IReadOnlyList<DueRetries> RetriesDue, IReadOnlyList<GroupVersion> Versions, IReadOnlyList<TopicName> Matches)
{
    /// <summary>What is seen of the other nodes, as a look shows it; null where that was not asked, or the store leaves it to a look.</summary>
    public IReadOnlyList<NodeSighting>? Others { get; init; }

    /// <summary>The answer to the beat that the poll was as well; null where it was none, or the store leaves it to a beat.</summary>
    public PolledBeat? Beat { get; init; }
}

/// <summary>The answer to a beat that came with a poll.</summary>
/// <param name="Tokens">The tokens under the node's name, or null where its row is gone.</param>
public sealed record PolledBeat(IReadOnlyList<Guid>? Tokens);

/// <summary>A group has retries that are due.</summary>
/// <param name="Group">The group.</param>
/// <param name="Suspects">Whether there may be suspects among them.</param>
public readonly record struct DueRetries(GroupKey Group, bool Suspects);

/// <summary>Tells whether a group was changed.</summary>
/// <param name="Group">The group.</param>
/// <param name="Version">See <see cref="GroupState.Version"/>.</param>
public readonly record struct GroupVersion(GroupKey Group, long Version);
