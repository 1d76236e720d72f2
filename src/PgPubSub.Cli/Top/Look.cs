using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Nodes;

namespace PgPubSub.Cli.Top;

/// <summary>What one look at the database showed.</summary>
internal sealed record Look(Listed<TopicStatus> Topics, Listed<GroupStatus> Groups, IReadOnlyList<NodeStatus> Nodes);

/// <summary>A list and when it was asked for.</summary>
/// <param name="At">By a clock that is never set.</param>
/// <param name="All">What is on it.</param>
internal sealed record Listed<T>(TimeSpan At, IReadOnlyList<T> All);
