namespace PgPubSub.Core.Topics;

/// <summary>A topic's number and name.</summary>
/// <param name="Id">The number.</param>
/// <param name="Name">The name.</param>
public readonly record struct TopicName(TopicId Id, string Name);
