using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>The store's calls for one group, made with what its ledger says; the journal sees what they commit.</summary>
internal sealed class MemberCalls(Member member, DeliveryMachine machine, ClaimLedger ledger)
{
    private readonly CallResults _results = new(machine, ledger);

    public bool Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.Claim e:
                Claim(e.Most);
                return true;
            case DeliveryEffect.FindClaim:
                FindClaim(ledger.Claim!);
                return true;
            case DeliveryEffect.ClaimRetries e:
                ClaimRetries(e.Most, suspects: false);
                return true;
            case DeliveryEffect.ClaimSuspect:
                ClaimRetries(1, suspects: true);
                return true;
            case DeliveryEffect.Settle e:
                Settle(e.Batch);
                return true;
            case DeliveryEffect.Release e:
                ledger.Forget(e.Token);
                return true;
            default:
                return false;
        }
    }

    private void Claim(int most)
    {
        var claim = ledger.Begin(member.Process.World.NewId(), most, member.Process.Terms.PageBytes);
        Send(
            $"claim {most} of {member.Group.Subscription}",
            member.Group,
            () => member.Process.Database.Deliveries.ClaimAsync(claim),
            page => member.Journal.Claimed(claim.Node, page),
            Claimed,
            ClaimFailed);
    }

    private void FindClaim(ClaimRequest claim) => Send(
        $"find claim of {member.Group.Subscription}",
        null,
        () => member.Process.Database.Deliveries.FindClaimAsync(claim),
        null,
        page =>
        {
            if (page is not null)
                Claimed(page);
            else
                member.Step(_results.ClaimNotFound);
        },
        _ => ClaimFailed(FaultKind.Unknown));

    private void Claimed(ClaimedPage page) => member.Step(now => _results.Claimed(page, now));

    private void ClaimFailed(FaultKind kind)
    {
        if (kind is FaultKind.Gone)
            member.Learn(-1);
        member.Step(now => _results.ClaimFailed(kind, now));
    }

    private void ClaimRetries(int most, bool suspects)
    {
        var (token, node) = (member.Process.World.NewId(), ledger.Node);
        ledger.Know(token);
        Send(
            $"claim {(suspects ? "a suspect" : $"{most} retries")} of {member.Group.Subscription}",
            member.Group,
            () => member.Process.Database.Deliveries.ClaimRetriesAsync(member.Group, node, token, most, suspects),
            claimed => member.Journal.RetriesClaimed(node, token, claimed, suspects),
            claimed => member.Step(now => _results.RetriesClaimed(claimed, token, suspects, now)),
            kind => member.Step(now => _results.RetriesFailed(token, suspects, kind, now)));
    }

    private void Settle(SettleBatch batch)
    {
        var node = ledger.Node;
        IReadOnlyList<LeaseSettlement> leases = [.. batch.Leases];
        IReadOnlyList<RetrySettlement> retries = [.. batch.Retries];
        Send(
            $"settle {Text(leases, retries)} of {member.Group.Subscription}",
            null,
            () => member.Process.Database.Deliveries.SettleAsync(member.Group, node, leases, retries),
            result => member.Journal.Settled(node, leases, retries, result),
            result => member.Step(now => _results.Settled(result, now)),
            kind => member.Step(now => _results.SettleFailed(kind, now)));
    }

    private string Text(IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries) => member.Process.World.Trace is null
        ? ""
        : string.Join(' ', leases.Select(l => $"[{l.Lo}-{l.Hi}) acked {string.Join(',', l.Acked)} failed {string.Join(',', l.Failed.Select(f => f.Offset))}").Concat(
            retries.Select(r => $"retry {r.Offset} {(r.Failed is null ? "acked" : r.Failed.Bury ? "buried" : "failed")}")));

    private void Send<T>(string name, object? key, Func<Task<T>> run, Action<T>? committed, Action<T> answered, Action<FaultKind> failed)
    {
        var epoch = ledger.Epoch;
        member.Process.Send(
            name,
            key,
            run,
            committed,
            result =>
            {
                if (epoch == ledger.Epoch)
                    answered(result);
            },
            kind =>
            {
                if (epoch == ledger.Epoch)
                    failed(kind);
            });
    }
}
