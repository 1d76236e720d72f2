using PgPubSub.Actors.Operations;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors;

/// <summary>Lists groups with position, lag, what is in flight, waiting for another attempt and dead. Answered with <see cref="GroupList"/> or <see cref="ListRefused"/>.</summary>
/// <param name="Topic">Those of this topic alone; null for all.</param>
/// <param name="Group">Those of this name alone; null for all.</param>
public sealed record ListGroups(string? Topic = null, string? Group = null) : IOperation;

/// <summary>Everything that <see cref="ListGroups"/>, <see cref="ListTopics"/> and <see cref="ListDeadLetters"/> can be answered with.</summary>
public interface IListReply;

/// <summary>The groups, by topic and name; empty where there is none.</summary>
/// <param name="Groups">The groups.</param>
public sealed record GroupList(IReadOnlyList<GroupStatus> Groups) : IListReply;

/// <summary>The list can't be read now.</summary>
/// <param name="Reason">Why.</param>
public sealed record ListRefused(string Reason) : IListReply;
