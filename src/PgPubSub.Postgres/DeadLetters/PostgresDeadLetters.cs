using NpgsqlTypes;
using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Stores;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.DeadLetters;

/// <summary>Dead letters in PostgreSQL.</summary>
/// <param name="ready">The database.</param>
/// <param name="redriven">Hears of each redrive after its commit, or when its outcome is unknown.</param>
internal sealed class PostgresDeadLetters(Func<CancellationToken, Task<Database>> ready, Action redriven) : IDeadLetterStore
{
    public async Task<IReadOnlyList<BuriedEvent>> ListDeadLettersAsync(DeadLetterFilter filter, long after, int most, long bytes, CancellationToken stop) =>
        await (await ready(stop)).ReadAsync(
            Rows.All(row => new BuriedEvent(
                row.GetInt64(9), row.GetString(10), row.GetBoolean(11), Rows.Event(row), row.GetInt32(12), row.GetString(13), row.GetFieldValue<DateTimeOffset>(14))),
            stop, Call(Sql.ListDeadLetters, filter).Add(after).Add(most).Add(bytes));

    public async Task<DeadLetterStep> RedriveAsync(DeadLetterFilter filter, long from, int most)
    {
        try
        {
            return await (await ready(CancellationToken.None)).WriteAsync(
                Rows.One(row => new DeadLetterStep(row.GetInt32(0), row.GetInt32(1), row.IsDBNull(2) ? null : row.GetInt64(2))),
                Call(Sql.Redrive, filter).Add(from).Add(most));
        }
        finally
        {
            redriven();
        }
    }

    public async Task<DeadLetterStep> PurgeAsync(DeadLetterFilter filter, long from, int most) =>
        await (await ready(CancellationToken.None)).WriteAsync(
            Rows.One(row => new DeadLetterStep(row.GetInt32(0), 0, row.IsDBNull(1) ? null : row.GetInt64(1))),
            Call(Sql.Purge, filter).Add(from).Add(most));

    private static Call Call(string name, DeadLetterFilter filter) =>
        new Call(name).Add(filter.Topic.Value).AddOrNull(filter.Id, NpgsqlDbType.Bigint).AddOrNull(filter.Subscriber, NpgsqlDbType.Text)
            .AddOrNull(filter.Type, NpgsqlDbType.Text).AddOrNull(filter.DiedFrom?.ToUniversalTime(), NpgsqlDbType.TimestampTz)
            .AddOrNull(filter.DiedBefore?.ToUniversalTime(), NpgsqlDbType.TimestampTz);
}
