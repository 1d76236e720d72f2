using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Nodes;

/// <summary>Nodes in memory.</summary>
internal sealed class InMemoryNodes(Memory memory) : INodeStore
{
    public Task RegisterAsync(Guid node, string name, CancellationToken stop) =>
        memory.RunAsync(() => { memory.Nodes.TryAdd(node, new NodeRow(node, name, memory.Now)); }, stop);

    public Task<IReadOnlyList<Guid>?> BeatAsync(Guid node, bool keepsLock) => memory.RunAsync(() => Beat(node, keepsLock));

    public Task<IReadOnlyList<NodeSighting>> WatchAsync(Guid self, CancellationToken stop) => memory.RunAsync(() => Look(self), stop);

    public Task<bool> TakeOverAsync(NodeSighting dead) => memory.RunAsync(() =>
    {
        if (memory.Nodes.GetValueOrDefault(dead.Id)?.SeenAt != dead.SeenAt)
            return false;
        var returned = Remove(dead.Id, [], died: true, "its node died");
        return dead.SeenAt is not null || returned > 0;
    });

    public Task<int> ReturnOrphansAsync(Guid node, IReadOnlyList<Guid> tokens, IReadOnlyList<Guid>? unbegun = null) =>
        memory.RunAsync(() => new Returning(node, tokens, unbegun ?? [], died: false, "its claim was lost", memory.Now).Run(memory.Groups));

    public Task<IReadOnlyList<long>> MarkAsync(Guid node, IReadOnlyList<TopicMark> lows) => memory.RunAsync<IReadOnlyList<long>>(() =>
    {
        memory.Node(node);
        return [.. lows.Select(mark => Mark(node, mark))];
    });

    public Task DepartAsync(Guid node, IReadOnlyList<Guid>? unbegun = null) => memory.RunAsync(() => { Remove(node, unbegun ?? [], died: false, "its node stopped"); });

    public Task<PollResult> PollAsync(PollRequest request, CancellationToken stop) => memory.RunAsync(
        () =>
        {
            var groups = request.Groups.Distinct().Select(memory.FindGroup).OfType<Subscriptions.GroupRow>().ToList();
            return new PollResult(
                [.. request.Topics.Distinct().Select(id => memory.TopicsById.GetValueOrDefault(id)).OfType<Topics.TopicRow>().Select(topic => new TopicTail(topic.Id, topic.Log.Tail))],
                [.. groups.Where(group => group.Retries.Due(memory.Now, tainted: false).Any()).Select(group => new DueRetries(group.Key, group.Retries.Due(memory.Now, tainted: true).Any()))],
                [.. groups.Select(group => new GroupVersion(group.Key, group.Version))],
                [.. memory.Topics.Values.Where(topic => request.Patterns.Any(pattern => pattern.Matches(topic.Name))).Select(topic => new TopicName(topic.Id, topic.Name))])
            {
                Beat = request is { Node: { } beating, KeepsLock: { } keepsLock } ? new PolledBeat(Beat(beating, keepsLock)) : null,
                Others = request.Node is { } looking ? Look(looking) : null,
            };
        },
        stop);

    public Task<bool> TakeDutyAsync(string duty, Guid node) => memory.RunAsync(() =>
    {
        if (memory.Nodes.ContainsKey(node) && !memory.Duties.TryGetValue(duty, out _))
            memory.Duties[duty] = node;
        return memory.Duties.GetValueOrDefault(duty) == node;
    });

    private IReadOnlyList<Guid>? Beat(Guid node, bool keepsLock)
    {
        if (memory.Nodes.GetValueOrDefault(node) is not { } row)
            return null;
        row.Beat(memory.Now, keepsLock && IsLocked(node));
        return
        [
            .. memory.Groups.SelectMany(group => group.Leases.Values.Where(lease => lease.Node == node).Select(lease => lease.Token)
                .Concat(group.Retries.HeldBy(node).Select(retry => retry.Token!.Value))).Distinct(),
        ];
    }

    private IReadOnlyList<NodeSighting> Look(Guid self)
    {
        var holders = memory.Groups.SelectMany(group => group.Leases.Values.Select(lease => lease.Node).Concat(group.Retries.Holders)).ToHashSet();
        return
        [
            .. from row in memory.Nodes.Values
               where row.Id != self
               select new NodeSighting(row.Id, row.Name, row.SeenAt, row.KeepsLock, IsLocked(row.Id), holders.Contains(row.Id)),
            .. from holder in holders
               where holder != self && !memory.Nodes.ContainsKey(holder)
               select new NodeSighting(holder, "", SeenAt: null, KeepsLock: false, LockHeld: false, HoldsLeases: true),
        ];
    }

    private bool IsLocked(Guid node) => memory.Lines.Exists(line => line.Node == node && line.KeepsLock);

    // What it held goes back; its marks and its duties go with its row.
    private int Remove(Guid node, IReadOnlyList<Guid> unbegun, bool died, string why)
    {
        var returned = new Returning(node, tokens: null, unbegun, died, why, memory.Now).Run(memory.Groups);
        memory.Nodes.Remove(node);
        foreach (var topic in memory.Topics.Values)
            topic.Marks.Remove(node);
        foreach (var duty in memory.Duties.Where(duty => duty.Value == node).Select(duty => duty.Key).ToList())
            memory.Duties.Remove(duty);
        return returned;
    }

    private long Mark(Guid node, TopicMark mark)
    {
        if (memory.TopicsById.GetValueOrDefault(mark.Topic) is not { } topic)
            return 0;
        if (mark.Low is { } low)
            topic.Marks[node] = Math.Max(low, topic.Log.Floor);
        else
            topic.Marks.Remove(node);
        return topic.Log.Floor;
    }
}
