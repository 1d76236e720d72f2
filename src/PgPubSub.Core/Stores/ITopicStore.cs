using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Stores;

/// <summary>What an operator and retention do to topics. Every call may throw <see cref="Faults.StoreException"/>.</summary>
public interface ITopicStore
{
    /// <summary>Lists topics by name.</summary>
    /// <param name="name">The topic of this name alone; null for all.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The topics.</returns>
    Task<IReadOnlyList<TopicStatus>> ListTopicsAsync(string? name, CancellationToken stop);

    /// <summary>Sets what is kept of a topic.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="retention">What is kept from the next trim on.</param>
    /// <returns>A task that ends after the commit.</returns>
    Task AlterTopicAsync(TopicId topic, Retention retention);

    /// <summary>Takes all events of a topic, settled or not; its next event's offset stays what it was. First the floor is raised, then events go in small steps.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="stop">Stops between two steps; the next trim goes on.</param>
    /// <returns>The topic's floor.</returns>
    Task<long> ClearTopicAsync(TopicId topic, CancellationToken stop);

    /// <summary>Drops a topic with its groups and dead letters. Its name is free at once; what it held goes in small steps.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="stop">Stops between two steps; <see cref="SweepAsync"/> goes on.</param>
    /// <returns>A task that ends when all is gone.</returns>
    Task DropTopicAsync(TopicId topic, CancellationToken stop);

    /// <summary>Raises a topic's floor as far as its retention and its readers allow, then deletes what is below it in small steps.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="stop">Stops between two steps.</param>
    /// <returns>What it did.</returns>
    Task<TrimResult> TrimAsync(TopicId topic, CancellationToken stop);

    /// <summary>Deletes what dropped topics have left behind.</summary>
    /// <param name="stop">Stops between two steps.</param>
    /// <returns>How many topics it finished with.</returns>
    Task<int> SweepAsync(CancellationToken stop);
}
