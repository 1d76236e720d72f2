using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory;

namespace PgPubSub.Simulation.Tests.Plants;

/// <summary>Groups with a fault in them.</summary>
internal sealed class FaultySubscriptions(Plant plant, Memory memory, ISubscriptionStore inner) : ForwardingSubscriptions(inner)
{
    public override async Task<GroupState> SeekAsync(GroupKey group, StartFrom to)
    {
        var row = memory.FindGroup(group)!;
        var leases = row.Leases.ToList();
        var state = await Inner.SeekAsync(group, to);
        foreach (var (lo, lease) in plant is Plant.SeekLeavesLeases ? leases : [])
            row.Leases.Add(lo, lease);
        return state;
    }
}
