using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Stores;

/// <summary>The log: topics and their events. Every call may throw <see cref="Faults.StoreException"/>.</summary>
public interface ILogStore
{
    /// <summary>Finds a topic and makes it where it is not there.</summary>
    /// <param name="name">The topic's name; see <see cref="NameRule"/>.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The topic.</returns>
    Task<TopicState> EnsureTopicAsync(string name, CancellationToken stop);

    /// <summary>Appends all of a batch or none of it, once however often the same batch is sent.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="knownTail">A tail of the topic that was read before the batch was first sent.</param>
    /// <param name="events">The batch, the same at each send.</param>
    /// <returns>What became of it, after the commit.</returns>
    Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events);

    /// <summary>Reads a page.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="from">The first offset wanted.</param>
    /// <param name="most">Events at most, between 1 and 1,000.</param>
    /// <param name="bytes">Bytes of data at most; a first event that is larger comes alone.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Events in ascending order; empty at the tail.</returns>
    Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop);

    /// <summary>Finds the offset that a start means.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="from">The start.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The offset, never below the topic's floor.</returns>
    Task<long> LocateAsync(TopicId topic, StartFrom from, CancellationToken stop);

    /// <summary>Raises a topic's floor as far as its rules, its groups and its readers allow, then deletes what is below it in small steps.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="keep">How many of the newest events stay in any case; at least 1.</param>
    /// <param name="stop">Stops between two steps.</param>
    /// <returns>The floor.</returns>
    Task<long> TrimAsync(TopicId topic, long keep, CancellationToken stop);
}
