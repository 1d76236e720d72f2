using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory.Subscriptions;

namespace PgPubSub.InMemory.Leases;

/// <summary>Leases and retries in memory.</summary>
internal sealed class InMemoryDeliveries(Memory memory) : IDeliveryStore
{
    public Task<ClaimedPage> ClaimAsync(ClaimRequest claim) => memory.RunAsync(() =>
    {
        var group = memory.Group(claim.Group);
        memory.Node(claim.Node);
        var (stood, log) = (group.Position, group.Topic.Log);
        var lo = Math.Max(stood, log.Floor);
        var hi = group.Paused ? lo : log.PageEnd(lo, claim.Most, claim.Bytes);
        if (hi > lo)
            return Page(group, stood, group.Lease(lo, hi, claim.Token, claim.Node));
        if (group.Paused)
            return new ClaimedPage(group.Generation, stood, stood, stood, claim.Token, []);
        group.Skip(lo);
        return new ClaimedPage(group.Generation, stood, lo, lo, claim.Token, []);
    });

    public Task<ClaimedPage?> FindClaimAsync(ClaimRequest claim) => memory.RunAsync(() =>
        memory.FindGroup(claim.Group) is { } group && group.Leases.Values.FirstOrDefault(lease => lease.Token == claim.Token) is { } lease
            ? Page(group, lease.Lo, lease)
            : null);

    public Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects) => memory.RunAsync(() =>
    {
        var row = memory.Group(group);
        memory.Node(node);
        if (row.Paused)
            return new ClaimedRetries([], []);
        var maxAttempts = row.Rules.Retry.MaxAttempts;
        var held = row.Retries.HeldBy(node).Where(retry => retry.Token == token).ToList();
        foreach (var retry in row.Retries.Due(memory.Now, suspects).Where(r => r.MayKill(maxAttempts) == suspects).Take(Math.Min(most, 1_000) - held.Count).ToList())
        {
            var claimed = retry with { Node = node, Token = token, Suspect = suspects };
            row.Retries.Put(claimed);
            held.Add(claimed);
        }

        held.Sort((a, b) => (a.DueAt, a.Offset).CompareTo((b.DueAt, b.Offset)));
        return Read(row, token, held);
    });

    public Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries) => memory.RunAsync(() =>
    {
        if (memory.FindGroup(group) is not { } row)
            return new SettleResult(new bool[leases.Count], new bool[retries.Count]);
        var settling = new Settling(row, node, memory.Now);
        settling.Require(leases);
        return new SettleResult([.. leases.Select(settling.Settle)], [.. retries.Select(settling.Settle)]);
    });

    public Task BuryPrivateAsync(TopicId topic, string subscriber, Failure failure) => memory.RunAsync(() =>
    {
        if (memory.TopicsById.GetValueOrDefault(topic) is { } row && row.Log.Find(failure.Offset) is { } buried)
            row.DeadLetters.PutOnce(subscriber, buried, failure.Attempts, failure.Why, memory.Now);
    });

    private static ClaimedPage Page(GroupRow group, long stood, LeaseRow lease) =>
        new(group.Generation, stood, lease.Lo, lease.Hi, lease.Token, group.Topic.Log.Read(lease.Lo, lease.Hi));

    private static ClaimedRetries Read(GroupRow group, Guid token, List<RetryRow> held)
    {
        var (retries, lost) = (new List<ClaimedRetry>(), new List<long>());
        foreach (var row in held)
        {
            if ((row.Copy ?? group.Topic.Log.Find(row.Offset)) is { } stored)
                retries.Add(new ClaimedRetry(stored, token, row.Attempts) { Deaths = row.Deaths });
            else
                lost.Add(row.Offset);
        }

        return new ClaimedRetries(retries, lost);
    }
}
