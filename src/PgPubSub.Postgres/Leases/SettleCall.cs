using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Leases;

/// <summary>Turns settlements into calls.</summary>
internal static class SettleCall
{
    public static Call Of(GroupKey group, Guid node, LeaseSettlement lease)
    {
        var whole = lease.Whole && lease.Failed.Count == 0;
        var call = new Call(whole ? Sql.SettleWhole : Sql.Settle)
            .Add(group).Add(lease.Generation).Add(lease.Lo).Add(lease.Token).Add(node);
        return whole
            ? call
            : call.Add(lease.Acked.ToArray()).Add(Each(lease.Failed, f => f.Offset)).Add(Each(lease.Failed, f => f.Attempts))
                .Add(Each(lease.Failed, f => f.Delay)).Add(Each(lease.Failed, f => Texts.Reason(f.Why))).Add(Each(lease.Failed, f => f.Bury));
    }

    public static Call Of(GroupKey group, Guid node, IReadOnlyList<RetrySettlement> retries) =>
        new Call(Sql.SettleRetries).Add(group).Add(node)
            .Add(Each(retries, r => r.Offset)).Add(Each(retries, r => r.Token))
            .Add(Each(retries, r => r.Failed is null ? "ack" : r.Failed.Bury ? "bury" : "retry"))
            .Add(Each(retries, r => r.Failed?.Attempts ?? 0)).Add(Each(retries, r => r.Failed?.Delay ?? TimeSpan.Zero)).Add(Each(retries, r => Texts.Reason(r.Failed?.Why ?? "")));

    private static TTo[] Each<TFrom, TTo>(IReadOnlyList<TFrom> all, Func<TFrom, TTo> one) => [.. all.Select(one)];
}
