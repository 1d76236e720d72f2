using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory;

namespace PgPubSub.Simulation.Tests.Plants;

/// <summary>Groups with a fault in them.</summary>
internal sealed class FaultySubscriptions(Plant plant, Memory memory, ISubscriptionStore inner) : ISubscriptionStore
{
    public Task<GroupState> EnsureGroupAsync(TopicId topic, string group, StartFrom from, GroupRules rules, bool change, CancellationToken stop) =>
        inner.EnsureGroupAsync(topic, group, from, rules, change, stop);

    public Task<GroupState?> ReadGroupAsync(GroupKey group, CancellationToken stop) => inner.ReadGroupAsync(group, stop);

    public Task<IReadOnlyList<GroupStatus>> ListGroupsAsync(string? topic, string? group, CancellationToken stop) => inner.ListGroupsAsync(topic, group, stop);

    public Task<IReadOnlyList<GroupMeasure>> MeasureAsync(IReadOnlyList<GroupKey> groups, CancellationToken stop) => inner.MeasureAsync(groups, stop);

    public Task<GroupKey?> FindGroupAsync(string topic, string group, CancellationToken stop) => inner.FindGroupAsync(topic, group, stop);

    public async Task<GroupState> SeekAsync(GroupKey group, StartFrom to)
    {
        var row = memory.FindGroup(group)!;
        var leases = row.Leases.ToList();
        var state = await inner.SeekAsync(group, to);
        foreach (var (lo, lease) in plant is Plant.SeekLeavesLeases ? leases : [])
            row.Leases.Add(lo, lease);
        return state;
    }

    public Task PauseAsync(GroupKey group, bool paused) => inner.PauseAsync(group, paused);

    public Task DropGroupAsync(GroupKey group) => inner.DropGroupAsync(group);

    public Task<IReadOnlyList<TopicName>> EnsurePatternAsync(PatternGroup group, StartFrom from, GroupRules rules, bool change, CancellationToken stop) =>
        inner.EnsurePatternAsync(group, from, rules, change, stop);

    public Task<bool> DropPatternAsync(PatternGroup group) => inner.DropPatternAsync(group);
}
