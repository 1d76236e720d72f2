using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Listening;

/// <summary>Wake-ups over LISTEN/NOTIFY.</summary>
internal sealed class PostgresWakeups(Func<CancellationToken, Task<Database>> ready, ConnectionPool pool, SqlCatalog sql, string channel) : IWakeupStore
{
    public async Task NotifyAsync(IReadOnlyList<TopicTail> tails)
    {
        var database = await ready(CancellationToken.None);
        if (WakeupPayload.Write(tails).Select(payload => new Call(Sql.Notify).Add(channel).Add(payload)).ToList() is { Count: > 0 } calls)
            await database.ReadAsync(Rows.DrainAsync, CancellationToken.None, calls);
    }

    public async Task<IWakeupLine> OpenAsync(Guid node, CancellationToken stop)
    {
        await ready(stop);
        return await PostgresWakeupLine.OpenAsync(await pool.OpenSessionAsync(stop), sql, channel, node, stop);
    }
}
