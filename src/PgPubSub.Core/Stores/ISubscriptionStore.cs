using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Stores;

/// <summary>Groups and where they stand. Every call may throw <see cref="Faults.StoreException"/>.</summary>
public interface ISubscriptionStore
{
    /// <summary>Finds a group and makes it where it is not there; rules that differ replace the stored ones.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The group's name; see <see cref="NameRule"/>.</param>
    /// <param name="from">Where it starts if it is new; below the floor means the floor.</param>
    /// <param name="rules">Its rules.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The group.</returns>
    Task<GroupState> EnsureGroupAsync(TopicId topic, string group, StartFrom from, GroupRules rules, CancellationToken stop);

    /// <summary>Moves a group. Leases of the generation before are fenced; its retries are dropped.</summary>
    /// <param name="group">The group.</param>
    /// <param name="offset">The next offset to claim; below the floor means the floor.</param>
    /// <returns>Where it stands now.</returns>
    Task<GroupState> SeekAsync(GroupKey group, long offset);
}
