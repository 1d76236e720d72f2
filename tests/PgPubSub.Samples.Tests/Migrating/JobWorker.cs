// snippet: queue-before
using System.Text.Json;
using Npgsql;

// end
using PgPubSub.Samples.Tests.Readme;

namespace PgPubSub.Samples.Tests.Migrating;

// snippet: queue-before
public sealed class JobWorker(NpgsqlDataSource database, Invoices invoices)
{
    /// <returns>False where there was nothing to do; the caller then waits a while.</returns>
    public async Task<bool> WorkAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var take = new NpgsqlCommand("SELECT id, data FROM job WHERE due_at <= now() ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED", connection, transaction);
        await using var reader = await take.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
            return false;
        var (id, order) = (reader.GetInt64(0), JsonSerializer.Deserialize<OrderPlaced>(reader.GetString(1))!);
        await reader.CloseAsync();

        await invoices.WriteAsync(order, cancel); // the transaction stays open for as long as this takes

        await using var done = new NpgsqlCommand("DELETE FROM job WHERE id = $1", connection, transaction) { Parameters = { new() { Value = id } } };
        await done.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }
}
// end
