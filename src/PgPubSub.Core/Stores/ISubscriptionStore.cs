using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Stores;

/// <summary>Groups and where they stand. Every call may throw <see cref="Faults.StoreException"/>.</summary>
public interface ISubscriptionStore
{
    /// <summary>Finds a group and makes it where it is not there.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The group's name; see <see cref="NameRule"/>.</param>
    /// <param name="from">Where it starts if it is new; below the floor means the floor.</param>
    /// <param name="rules">Its rules if it is new.</param>
    /// <param name="change">Whether these rules also replace those of a group that is there.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The group, with the rules that hold.</returns>
    Task<GroupState> EnsureGroupAsync(TopicId topic, string group, StartFrom from, GroupRules rules, bool change, CancellationToken stop);

    /// <summary>Reads a group anew.</summary>
    /// <param name="group">The group.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The group, or null where it was dropped.</returns>
    Task<GroupState?> ReadGroupAsync(GroupKey group, CancellationToken stop);

    /// <summary>Lists groups, by topic and name.</summary>
    /// <param name="topic">Those of this topic alone; null for all topics.</param>
    /// <param name="group">Those of this name alone; null for all.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The groups.</returns>
    Task<IReadOnlyList<GroupStatus>> ListGroupsAsync(string? topic, string? group, CancellationToken stop);

    /// <summary>Measures how far groups are behind. It is cheap, however much waits, and may be asked every second.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The groups in the order in which they were asked for; those that are gone are left out.</returns>
    Task<IReadOnlyList<GroupMeasure>> MeasureAsync(IReadOnlyList<GroupKey> groups, CancellationToken stop);

    /// <summary>Finds a group by name.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>Its key, or null where the topic or the group is not there.</returns>
    Task<GroupKey?> FindGroupAsync(string topic, string group, CancellationToken stop);

    /// <summary>Moves a group. Leases of the generation before are fenced; its retries are dropped.</summary>
    /// <param name="group">The group.</param>
    /// <param name="to">The next event to claim; below the floor means the floor.</param>
    /// <returns>Where it stands now.</returns>
    Task<GroupState> SeekAsync(GroupKey group, StartFrom to);

    /// <summary>Pauses a group, or lets it go on. While it is paused no node claims anything of it; what is out may still be settled.</summary>
    /// <param name="group">The group.</param>
    /// <param name="paused">Whether it is to be paused.</param>
    /// <returns>A task that ends after the commit.</returns>
    Task PauseAsync(GroupKey group, bool paused);

    /// <summary>Drops a group: its position, what it has out and what waits for another attempt. Its dead letters stay.</summary>
    /// <param name="group">The group.</param>
    /// <returns>A task that ends after the commit.</returns>
    Task DropGroupAsync(GroupKey group);

    /// <summary>Finds a pattern group and makes it where it is not there; its group is made at every topic that matches, now and whenever one is created.</summary>
    /// <param name="group">The pattern and the group's name.</param>
    /// <param name="from">Where it starts, if it is new, at topics that are there already; at later ones it starts at their first event.</param>
    /// <param name="rules">Its rules if it is new.</param>
    /// <param name="change">Whether these rules also replace those that hold at its topics.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The topics that match now.</returns>
    Task<IReadOnlyList<TopicName>> EnsurePatternAsync(PatternGroup group, StartFrom from, GroupRules rules, bool change, CancellationToken stop);

    /// <summary>Drops a pattern group and its group at every topic, but for topics of another pattern with a group of this name: there it stays as it is.</summary>
    /// <param name="group">The pattern and the group's name.</param>
    /// <returns>Whether it was there.</returns>
    Task<bool> DropPatternAsync(PatternGroup group);
}
