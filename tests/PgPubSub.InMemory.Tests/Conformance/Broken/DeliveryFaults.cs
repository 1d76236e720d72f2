using System.Collections.Concurrent;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.InMemory.Tests.Conformance.Broken;

/// <summary>R3: what failed counts as handled.</summary>
internal sealed class ForgetsNacks(IDeliveryStore inner) : ForwardingDeliveries(inner)
{
    public override Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries) =>
        Inner.SettleAsync(
            group, node,
            [.. leases.Select(l => l with { Acked = [.. l.Acked, .. l.Failed.Where(f => !f.Bury).Select(f => f.Offset)], Failed = [.. l.Failed.Where(f => f.Bury)] })],
            [.. retries.Select(r => r.Failed is { Bury: false } ? r with { Failed = null } : r)]);
}

/// <summary>R3: attempts are not counted.</summary>
internal sealed class ForgetsAttempts(IDeliveryStore inner) : ForwardingDeliveries(inner)
{
    public override async Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects)
    {
        var claimed = await Inner.ClaimRetriesAsync(group, node, token, most, suspects);
        return claimed with { Retries = [.. claimed.Retries.Select(r => r with { Attempts = 0 })] };
    }
}

/// <summary>R4: where nothing is left to claim, somebody else's page is handed out once more.</summary>
internal sealed class LeasesTwice(IDeliveryStore inner) : ForwardingDeliveries(inner)
{
    private readonly ConcurrentDictionary<GroupKey, (Guid Node, ClaimedPage Page)> _last = new();

    public override async Task<ClaimedPage> ClaimAsync(ClaimRequest claim)
    {
        var page = await Inner.ClaimAsync(claim);
        if (page.IsEmpty)
            return _last.TryRemove(claim.Group, out var last) && last.Node != claim.Node ? last.Page : page;
        _last[claim.Group] = (claim.Node, page);
        return page;
    }
}

/// <summary>R4: every tenth claim of a group gets the page of the claim before it.</summary>
internal sealed class RepeatsPages(IDeliveryStore inner) : ForwardingDeliveries(inner)
{
    private readonly Dictionary<GroupKey, (int Claims, ClaimedPage Last)> _groups = [];

    public override async Task<ClaimedPage> ClaimAsync(ClaimRequest claim)
    {
        lock (_groups)
        {
            if (_groups.TryGetValue(claim.Group, out var group) && group.Claims % 10 == 9 && !group.Last.IsEmpty)
            {
                _groups[claim.Group] = (group.Claims + 1, group.Last);
                return group.Last;
            }
        }

        var page = await Inner.ClaimAsync(claim);
        lock (_groups)
            _groups[claim.Group] = (_groups.GetValueOrDefault(claim.Group).Claims + 1, page);
        return page;
    }
}

/// <summary>R5: whoever answers is taken for the owner.</summary>
internal sealed class TakesAnybodysAnswer(IDeliveryStore inner) : ForwardingDeliveries(inner)
{
    private readonly ConcurrentDictionary<(GroupKey, long), (Guid Node, Guid Token)> _leases = new();
    private readonly ConcurrentDictionary<(GroupKey, long), (Guid Node, Guid Token)> _retries = new();

    public override async Task<ClaimedPage> ClaimAsync(ClaimRequest claim)
    {
        var page = await Inner.ClaimAsync(claim);
        if (!page.IsEmpty)
            _leases[(claim.Group, page.Lo)] = (claim.Node, claim.Token);
        return page;
    }

    public override async Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects)
    {
        var claimed = await Inner.ClaimRetriesAsync(group, node, token, most, suspects);
        foreach (var retry in claimed.Retries)
            _retries[(group, retry.Event.Offset)] = (node, token);
        return claimed;
    }

    public override async Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries)
    {
        var (leasesHeld, retriesHeld) = (new List<bool>(), new List<bool>());
        foreach (var lease in leases)
        {
            var owner = _leases.GetValueOrDefault((group, lease.Lo), (Node: node, lease.Token));
            leasesHeld.AddRange((await Inner.SettleAsync(group, owner.Node, [lease with { Token = owner.Token }], [])).Leases);
        }

        foreach (var retry in retries)
        {
            var owner = _retries.GetValueOrDefault((group, retry.Offset), (Node: node, retry.Token));
            retriesHeld.AddRange((await Inner.SettleAsync(group, owner.Node, [], [retry with { Token = owner.Token }])).Retries);
        }

        return new SettleResult(leasesHeld, retriesHeld);
    }
}

/// <summary>R6: acks of a part of a lease are confirmed and not written.</summary>
internal sealed class ForgetsAcks(IDeliveryStore inner) : ForwardingDeliveries(inner)
{
    public override Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries) =>
        Inner.SettleAsync(group, node, [.. leases.Select(l => l.Failed.Count == 0 ? l with { Acked = [] } : l)], retries);
}

/// <summary>R7: a retry that is buried is retried all the same.</summary>
internal sealed class BuriesAlive(IDeliveryStore inner) : ForwardingDeliveries(inner)
{
    public override async Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries)
    {
        foreach (var buried in retries.Where(r => r.Failed is { Bury: true }))
            await Inner.BuryPrivateAsync(group.Topic, "group", buried.Failed!);
        return await Inner.SettleAsync(group, node, leases, [.. retries.Select(r => r.Failed is { Bury: true } failed ? r with { Failed = failed with { Bury = false } } : r)]);
    }
}

/// <summary>R7: every claim of retries takes suspects too, so that one death can bury many.</summary>
internal sealed class SuspectsEverybody(IDeliveryStore inner) : ForwardingDeliveries(inner)
{
    public override async Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects)
    {
        var some = await Inner.ClaimRetriesAsync(group, node, token, most, suspects);
        return some.IsEmpty && !suspects ? await Inner.ClaimRetriesAsync(group, node, token, most, suspects: true) : some;
    }
}

/// <summary>R8: a claim that jumps over what was taken does not tell.</summary>
internal sealed class HidesGaps(IDeliveryStore inner) : ForwardingDeliveries(inner)
{
    public override async Task<ClaimedPage> ClaimAsync(ClaimRequest claim)
    {
        var page = await Inner.ClaimAsync(claim);
        return page with { From = page.Lo };
    }
}
