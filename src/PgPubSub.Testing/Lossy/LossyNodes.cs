using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;

namespace PgPubSub.Testing.Lossy;

/// <summary>Lossy nodes. A mark never arrives late: the one after it may be lower, and retention would take what that still holds.</summary>
internal sealed class LossyNodes(INodeStore inner, LossyCalls calls) : INodeStore
{
    public Task RegisterAsync(Guid node, string name, CancellationToken stop) =>
        calls.WriteAsync(() => inner.RegisterAsync(node, name, stop), Repeat.AnsweredLast, late: true, stop);

    public Task<IReadOnlyList<Guid>?> BeatAsync(Guid node, bool keepsLock) => calls.WriteAsync(() => inner.BeatAsync(node, keepsLock), Repeat.AnsweredLast, late: true);

    public Task<IReadOnlyList<NodeSighting>> WatchAsync(Guid self, CancellationToken stop) => calls.ReadAsync(() => inner.WatchAsync(self, stop), stop);

    public Task<bool> TakeOverAsync(NodeSighting dead) => calls.WriteAsync(() => inner.TakeOverAsync(dead), Repeat.AnsweredFirst, late: true);

    public Task<int> ReturnOrphansAsync(Guid node, IReadOnlyList<Guid> tokens, IReadOnlyList<Guid>? unbegun = null) =>
        calls.WriteAsync(() => inner.ReturnOrphansAsync(node, tokens, unbegun), Repeat.AnsweredFirst, late: true);

    public Task<IReadOnlyList<long>> MarkAsync(Guid node, IReadOnlyList<TopicMark> lows) => calls.WriteAsync(() => inner.MarkAsync(node, lows), Repeat.AnsweredLast);

    public Task DepartAsync(Guid node, IReadOnlyList<Guid>? unbegun = null) =>
        calls.WriteAsync(() => inner.DepartAsync(node, unbegun), Repeat.AnsweredLast, late: true);

    public Task<PollResult> PollAsync(PollRequest request, CancellationToken stop) => calls.ReadAsync(() => inner.PollAsync(request, stop), stop);

    public Task<bool> TakeDutyAsync(string duty, Guid node) => calls.WriteAsync(() => inner.TakeDutyAsync(duty, node), Repeat.AnsweredLast);
}
