namespace PgPubSub.Core.Topics;

/// <summary>A topic as the store sees it at one moment.</summary>
/// <param name="Id">The topic's number.</param>
/// <param name="Floor">The lowest offset that may still be there; nothing below it is kept.</param>
/// <param name="Tail">The offset that the next event gets.</param>
public readonly record struct TopicState(TopicId Id, long Floor, long Tail);
