using PgPubSub.Actors.Operations;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors;

/// <summary>
/// Sets what is kept of a topic, from the next clean-up on; the topic is made where it is not there. Answered with <see cref="TopicAltered"/> or <see cref="TopicRefused"/>.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Retention">What is kept.</param>
public sealed record AlterTopic(string Topic, Retention Retention) : ITopicOperation;

/// <summary>
/// Takes all events of a topic, settled or not. Offsets go on as they were; groups and readers jump, and are told by <see cref="HistoryTrimmed"/>; its dead letters stay.
/// Answered with <see cref="TopicCleared"/> once all is gone, or <see cref="TopicRefused"/>.
/// </summary>
/// <param name="Topic">The topic.</param>
public sealed record ClearTopic(string Topic) : ITopicOperation;

/// <summary>
/// Drops a topic with its events, groups and dead letters. Its subscriptions get <see cref="SubscriptionEnded"/>; whoever publishes to it afterwards makes a new one, whose
/// offsets begin at 0. Answered with <see cref="TopicDropped"/> once all is gone, or <see cref="TopicRefused"/>.
/// </summary>
/// <param name="Topic">The topic.</param>
public sealed record DropTopic(string Topic) : ITopicOperation;

/// <summary>Lists topics with floor, tail, retention and dead letters. Answered with <see cref="TopicList"/> or <see cref="ListRefused"/>.</summary>
/// <param name="Topic">The topic of this name alone; null for all.</param>
public sealed record ListTopics(string? Topic = null) : IOperation;

/// <summary>Everything that a command to a topic can be answered with.</summary>
public interface ITopicReply
{
    /// <summary>The topic.</summary>
    string Topic { get; }
}

/// <summary>The topic's retention is set.</summary>
/// <param name="Topic">The topic.</param>
public sealed record TopicAltered(string Topic) : ITopicReply;

/// <summary>The topic is empty.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Floor">The offset that everything that was there lies below.</param>
public sealed record TopicCleared(string Topic, long Floor) : ITopicReply;

/// <summary>The topic is gone.</summary>
/// <param name="Topic">The topic.</param>
public sealed record TopicDropped(string Topic) : ITopicReply;

/// <summary>Nothing was done, unless the reason says that the outcome is unknown; then the same command may be given again.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="CanRetry">Whether the same command may succeed later.</param>
public sealed record TopicRefused(string Topic, string Reason, bool CanRetry) : ITopicReply;

/// <summary>The topics, by name.</summary>
/// <param name="Topics">The topics.</param>
public sealed record TopicList(IReadOnlyList<TopicStatus> Topics) : IListReply;
