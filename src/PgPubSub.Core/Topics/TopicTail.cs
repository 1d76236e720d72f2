namespace PgPubSub.Core.Topics;

/// <summary>How far a topic has come.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Tail">The offset that its next event gets.</param>
public readonly record struct TopicTail(TopicId Topic, long Tail);
