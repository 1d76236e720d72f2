using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Nodes;

/// <summary>The answer to a node's one poll.</summary>
/// <param name="Tails">The tails of the topics that are still there.</param>
/// <param name="RetriesDue">The groups with retries that are due and unclaimed.</param>
public sealed record PollResult(IReadOnlyList<TopicTail> Tails, IReadOnlyList<DueRetries> RetriesDue);

/// <summary>A group has retries that are due.</summary>
/// <param name="Group">The group.</param>
/// <param name="Suspects">Whether there may be suspects among them.</param>
public readonly record struct DueRetries(GroupKey Group, bool Suspects);
