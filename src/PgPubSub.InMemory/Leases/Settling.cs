using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.InMemory.Subscriptions;

namespace PgPubSub.InMemory.Leases;

/// <summary>Settles what a node holds of one group.</summary>
internal sealed class Settling(GroupRow group, Guid node, DateTimeOffset now)
{
    /// <summary>Refuses all of it where an offset is not of the lease that it is settled under.</summary>
    public void Require(IReadOnlyList<LeaseSettlement> leases)
    {
        foreach (var settled in leases)
        {
            if (!IsWhole(settled) && Find(settled) is { } lease && !settled.Acked.Concat(settled.Failed.Select(f => f.Offset)).All(lease.Covers))
                throw new StoreException(FaultKind.Refused, "An offset is not of the lease that it is settled under.");
        }
    }

    /// <summary>Settles some of a lease. False where the lease is not held.</summary>
    public bool Settle(LeaseSettlement settled)
    {
        if (Find(settled) is not { } lease)
            return false;
        if (IsWhole(settled))
            return group.Leases.Remove(lease.Lo);
        foreach (var failure in settled.Failed.Where(f => lease.Settle(f.Offset)))
        {
            if (failure.Bury)
                group.Bury(failure.Offset, failure.Attempts, failure.Why, copy: null, now);
            else
                group.Retries.Add(new RetryRow(failure.Offset, failure.Attempts, Deaths: 0, now, failure.Delay, Copy: null));
        }

        foreach (var offset in settled.Acked)
            lease.Settle(offset);
        if (lease.Open == 0)
            group.Leases.Remove(lease.Lo);
        return true;
    }

    /// <summary>Settles a claimed retry. False where it is not held.</summary>
    public bool Settle(RetrySettlement settled)
    {
        if (group.Retries.Find(settled.Offset) is not { } retry || !retry.IsHeld(node, settled.Token))
            return false;
        group.Retries.Remove(retry.Offset);
        if (settled.Failed is { Bury: true } buried)
            group.Bury(retry.Offset, buried.Attempts, buried.Why, retry.Copy, now);
        else if (settled.Failed is { } failed)
            group.Retries.Put(retry with { Node = null, Token = null, Attempts = failed.Attempts, SetAt = now, Wait = failed.Delay });
        return true;
    }

    private static bool IsWhole(LeaseSettlement settled) => settled.Whole && settled.Failed.Count == 0;

    private LeaseRow? Find(LeaseSettlement settled) =>
        group.Generation == settled.Generation && group.Leases.GetValueOrDefault(settled.Lo) is { } lease && lease.Token == settled.Token && lease.Node == node
            ? lease
            : null;
}
