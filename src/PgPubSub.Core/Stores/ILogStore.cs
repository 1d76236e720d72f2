using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Stores;

/// <summary>The log: topics and their events. Every call may throw <see cref="Faults.StoreException"/>.</summary>
public interface ILogStore
{
    /// <summary>Finds a topic and makes it where it is not there; with it, in the same transaction, the groups whose patterns match.</summary>
    /// <param name="name">The topic's name; see <see cref="NameRule"/>.</param>
    /// <param name="forNew">What is kept of it if it is new.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The topic.</returns>
    Task<TopicState> EnsureTopicAsync(string name, Retention forNew, CancellationToken stop);

    /// <summary>Finds a topic.</summary>
    /// <param name="name">The topic's name.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The topic, or null where there is none.</returns>
    Task<TopicState?> FindTopicAsync(string name, CancellationToken stop);

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
}
