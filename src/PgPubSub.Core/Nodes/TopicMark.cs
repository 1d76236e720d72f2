using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Nodes;

/// <summary>What a node's private subscribers still need of a topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Low">The lowest offset; null where they need nothing any more.</param>
public readonly record struct TopicMark(TopicId Topic, long? Low);
