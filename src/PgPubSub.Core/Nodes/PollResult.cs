using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Nodes;

/// <summary>The answer to a node's one poll.</summary>
/// <param name="Tails">The tails of the topics that are still there; one that was asked for and is missing was dropped.</param>
/// <param name="RetriesDue">The groups with retries that are due and unclaimed.</param>
/// <param name="Versions">The versions of the groups that are still there; one that was asked for and is missing was dropped.</param>
/// <param name="Matches">The topics that match any of the patterns.</param>
public sealed record PollResult(
    IReadOnlyList<TopicTail> Tails, IReadOnlyList<DueRetries> RetriesDue, IReadOnlyList<GroupVersion> Versions, IReadOnlyList<TopicName> Matches);

/// <summary>A group has retries that are due.</summary>
/// <param name="Group">The group.</param>
/// <param name="Suspects">Whether there may be suspects among them.</param>
public readonly record struct DueRetries(GroupKey Group, bool Suspects);

/// <summary>Tells whether a group was changed.</summary>
/// <param name="Group">The group.</param>
/// <param name="Version">See <see cref="GroupState.Version"/>.</param>
public readonly record struct GroupVersion(GroupKey Group, long Version);
