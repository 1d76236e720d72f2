using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.InMemory;
using PgPubSub.InMemory.Leases;
using PgPubSub.InMemory.Subscriptions;

namespace PgPubSub.Simulation.Tests.Plants;

/// <summary>Nodes with a fault in them.</summary>
internal sealed class FaultyNodes(Plant plant, Memory memory, INodeStore inner) : ForwardingNodes(inner)
{
    public override async Task<bool> TakeOverAsync(NodeSighting dead)
    {
        var row = memory.Nodes.GetValueOrDefault(dead.Id);
        var held = memory.Groups.SelectMany(group => group.Retries.HeldBy(dead.Id).Select(retry => (group, retry.Offset))).ToList();
        var leased = memory.Groups.SelectMany(group => group.Leases.Values.Where(lease => lease.Node == dead.Id).Select(lease => (group, lease))).ToList();
        var won = await Inner.TakeOverAsync(dead);
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

    public override async Task<int> ReturnOrphansAsync(Guid node, IReadOnlyList<Guid> tokens, IReadOnlyList<Guid>? unbegun = null)
    {
        var held = Held(node);
        var returned = await Inner.ReturnOrphansAsync(node, tokens, Unbegun(node, unbegun));
        Forgive(held);
        return returned;
    }

    public override async Task DepartAsync(Guid node, IReadOnlyList<Guid>? unbegun = null)
    {
        var held = Held(node);
        await Inner.DepartAsync(node, Unbegun(node, unbegun));
        Forgive(held);
    }

    private List<(GroupRow Group, RetryRow Row)> Held(Guid node) => [.. memory.Groups.SelectMany(group => group.Retries.HeldBy(node).Select(row => (group, row)))];

    private IReadOnlyList<Guid>? Unbegun(Guid node, IReadOnlyList<Guid>? unbegun) => plant switch
    {
        Plant.UnbegunCounts => [],
        Plant.BegunCountsNot => [.. Held(node).Select(held => held.Row.Token!.Value), .. memory.Groups.SelectMany(group => group.Leases.Values).Select(lease => lease.Token)],
        _ => unbegun,
    };

    private void Forgive(List<(GroupRow Group, RetryRow Row)> held)
    {
        foreach (var (group, row) in plant is Plant.LastAttemptForgiven ? held.Where(h => h.Group.Retries.Find(h.Row.Offset) is null) : [])
        {
            group.Retries.Put(row with { Node = null, Token = null, Attempts = row.Attempts + 1 });
            var letters = group.Topic.DeadLetters;
            letters.That(new DeadLetterFilter(group.Topic.Id) { Subscriber = group.Name }).Where(letter => letter.Letter.Event.Offset == row.Offset).ToList().ForEach(letters.Remove);
        }
    }
}
