using NpgsqlTypes;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Leases;

/// <summary>Leases, retries and dead letters in PostgreSQL.</summary>
internal sealed class PostgresDeliveries(Func<CancellationToken, Task<Database>> ready, RetryMarks marks) : IDeliveryStore
{
    /// <summary>Claim and read go out in one round trip but in two transactions: the lock is gone before the data travels.</summary>
    public async Task<ClaimedPage> ClaimAsync(ClaimRequest claim)
    {
        var database = await ready(CancellationToken.None);
        var page = await database.WriteAsync(
            async (reader, stop) =>
            {
                await reader.ReadAsync(stop);
                var leased = new ClaimedPage(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), claim.Token, []);
                await reader.NextResultAsync(stop);
                return leased with { Events = await Rows.ListAsync(reader, Rows.Event, stop) };
            },
            [
                [new Call(Sql.Claim).Add(claim.Group).Add(claim.Node).Add(claim.Token).Add(claim.Most).Add(claim.Bytes)],
                [new Call(Sql.ReadClaimed).Add(claim.Group).Add(claim.Generation).Add(claim.Mark).Add(claim.Token)],
            ]);
        // A failover has lost claims or seeks that the claimer knows of: by its mark the lease is not found, and its events would count as taken by retention.
        var behind = page.Generation < claim.Generation || (page.Generation == claim.Generation && page.Lo < claim.Mark);
        return behind && !page.IsEmpty ? await ReadAsync(database, claim, page) : page;
    }

    public async Task<ClaimedPage?> FindClaimAsync(ClaimRequest claim)
    {
        var database = await ready(CancellationToken.None);
        var found = await database.ReadAsync(
            Rows.All(row => new ClaimedPage(row.GetInt64(0), row.GetInt64(1), row.GetInt64(1), row.GetInt64(2), claim.Token, [])),
            CancellationToken.None,
            new Call(Sql.FindClaim).Add(claim.Group).Add(claim.Generation).Add(claim.Mark).Add(claim.Token));
        return found.Count == 0 ? null : await ReadAsync(database, claim, found[0]);
    }

    public async Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects)
    {
        var since = marks.Since(group, suspects);
        var (complete, began) = (false, default(DateTimeOffset));
        var claimed = await (await ready(CancellationToken.None)).WriteAsync(
            async (reader, stop) =>
            {
                await reader.ReadAsync(stop);
                (complete, began) = (reader.GetBoolean(1), reader.GetFieldValue<DateTimeOffset>(2));
                await reader.NextResultAsync(stop);
                var (retries, lost) = (new List<ClaimedRetry>(), new List<long>());
                while (await reader.ReadAsync(stop))
                {
                    if (reader.IsDBNull(1))
                        lost.Add(reader.GetInt64(0));
                    else
                        retries.Add(new ClaimedRetry(Rows.Event(reader), token, reader.GetInt32(9)) { Deaths = reader.GetInt32(10) });
                }

                return new ClaimedRetries(retries, lost);
            },
            [
                [new Call(Sql.ClaimRetries).Add(group).Add(node).Add(token).Add(most).Add(suspects).AddOrNull(since, NpgsqlDbType.TimestampTz)],
                [new Call(Sql.ReadRetries).Add(group).Add(node).Add(token)],
            ]);
        marks.Looked(group, suspects, since, due: !complete, began); // after the commit: what was rolled back is due again
        return claimed;
    }

    public async Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries)
    {
        List<Call> calls = [.. leases.Select(lease => SettleCall.Of(group, node, lease))];
        if (retries.Count > 0)
            calls.Add(SettleCall.Of(group, node, retries));
        return await (await ready(CancellationToken.None)).WriteAsync(
            async (reader, stop) =>
            {
                var held = new bool[leases.Count];
                for (var i = 0; i < held.Length; i++)
                {
                    held[i] = await Rows.ScalarAsync<bool>(reader, stop);
                    await reader.NextResultAsync(stop);
                }

                return new SettleResult(held, retries.Count == 0 ? [] : await Rows.ScalarAsync<bool[]>(reader, stop));
            },
            calls);
    }

    public async Task BuryPrivateAsync(TopicId topic, string subscriber, Failure failure) =>
        await (await ready(CancellationToken.None)).WriteAsync(
            Rows.ScalarAsync<bool>,
            new Call(Sql.BuryPrivate).Add(topic.Value).Add(subscriber).Add(failure.Offset).Add(failure.Attempts).Add(Texts.Reason(failure.Why)));

    private static async Task<ClaimedPage> ReadAsync(Database database, ClaimRequest claim, ClaimedPage page) => page with
    {
        Events = await database.ReadAsync(
            Rows.All(Rows.Event), CancellationToken.None,
            new Call(Sql.ReadClaimed).Add(claim.Group).Add(page.Generation).Add(page.Lo).Add(claim.Token)),
    };
}
