using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.InMemory;

namespace PgPubSub.Simulation.Tests.Plants;

/// <summary>Nodes with a fault in them.</summary>
internal sealed class FaultyNodes(Plant plant, Memory memory, INodeStore inner) : INodeStore
{
    public Task RegisterAsync(Guid node, string name, CancellationToken stop) => inner.RegisterAsync(node, name, stop);

    public Task<IReadOnlyList<Guid>?> BeatAsync(Guid node, bool keepsLock) => inner.BeatAsync(node, keepsLock);

    public Task<IReadOnlyList<NodeSighting>> WatchAsync(Guid self, CancellationToken stop) => inner.WatchAsync(self, stop);

    public async Task<bool> TakeOverAsync(NodeSighting dead)
    {
        var row = memory.Nodes.GetValueOrDefault(dead.Id);
        var held = memory.Groups.SelectMany(group => group.Retries.HeldBy(dead.Id).Select(retry => (group, retry.Offset))).ToList();
        var leased = memory.Groups.SelectMany(group => group.Leases.Values.Where(lease => lease.Node == dead.Id).Select(lease => (group, lease))).ToList();
        var won = await inner.TakeOverAsync(dead);
        if (!won)
            return false;
        if (plant is Plant.TakeoverKeepsTheRow)
            memory.Nodes[dead.Id] = row!;
        if (plant is Plant.TakeoverForgetsRetries)
            held.ForEach(h => h.group.Retries.Remove(h.Offset));
        foreach (var (group, lease) in plant is Plant.CursorMovesOnTakeover ? leased : [])
        {
            foreach (var offset in lease.OpenOffsets())
                group.Retries.Remove(offset);
            group.Skip(Math.Min(group.Position, lease.Lo));
        }

        return true;
    }

    public Task<int> ReturnOrphansAsync(Guid node, IReadOnlyList<Guid> tokens) => inner.ReturnOrphansAsync(node, tokens);

    public Task<IReadOnlyList<long>> MarkAsync(Guid node, IReadOnlyList<TopicMark> lows) => inner.MarkAsync(node, lows);

    public Task DepartAsync(Guid node) => inner.DepartAsync(node);

    public Task<PollResult> PollAsync(PollRequest request, CancellationToken stop) => inner.PollAsync(request, stop);

    public Task<bool> TakeDutyAsync(string duty, Guid node) => inner.TakeDutyAsync(duty, node);
}
