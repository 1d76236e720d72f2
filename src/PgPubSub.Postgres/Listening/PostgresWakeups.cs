using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Listening;

/// <summary>Wake-ups over LISTEN/NOTIFY.</summary>
/// <param name="ready">The database for calls that may take long.</param>
/// <param name="vital">The database for what tells whether the node lives: a probe that hangs would cost it its presence lock.</param>
/// <param name="pool">Where the listening connection comes from.</param>
/// <param name="sql">The statements.</param>
/// <param name="channel">The channel of the schema's wake-ups.</param>
internal sealed class PostgresWakeups(
    Func<CancellationToken, Task<Database>> ready, Func<CancellationToken, Task<Database>> vital, ConnectionPool pool, SqlCatalog sql, string channel) : IWakeupStore
{
    public async Task NotifyAsync(IReadOnlyList<TopicTail> tails)
    {
        var database = await ready(CancellationToken.None);
        if (WakeupPayload.Write(tails).Select(Notification).ToList() is { Count: > 0 } calls)
            await database.ReadAsync(Rows.DrainAsync, CancellationToken.None, calls);
    }

    public async Task<IWakeupLine?> OpenAsync(Guid node, CancellationToken stop)
    {
        await ready(stop);
        if (pool is { Pooler: true, ListensApart: false })
            return null;
        return await PostgresWakeupLine.OpenAsync(await pool.OpenListeningAsync(stop), sql, channel, node, pool.ListensApart ? NotifyApartAsync : null, stop);
    }

    private async Task NotifyApartAsync(string payload) =>
        await (await vital(CancellationToken.None)).ReadAsync(Rows.DrainAsync, CancellationToken.None, Notification(payload));

    private Call Notification(string payload) => new Call(Sql.Notify).Add(channel).Add(payload);
}
