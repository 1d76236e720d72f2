// snippet: queue-move
using System.Text.Json;
using Npgsql;
using PgPubSub.Actors;

// end
namespace PgPubSub.Samples.Tests.Migrating;

// snippet: queue-move
public sealed class JobMover(NpgsqlDataSource database, IPgPubSubPublisher publisher)
{
    /// <returns>How many were moved; 0: none was left.</returns>
    public async Task<int> MoveAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var take = new NpgsqlCommand("DELETE FROM job WHERE id IN (SELECT id FROM job ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED) RETURNING id, data", connection, transaction);
        var jobs = new SortedDictionary<long, Publish>();
        await using (var reader = await take.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
                jobs.Add(reader.GetInt64(0), new Publish("jobs", JsonElement.Parse(reader.GetString(1)), Key: $"job {reader.GetInt64(0)}", Type: "order.placed"));
        }

        if (jobs.Count > 0)
            await publisher.PublishAllAsync(new PublishAll("jobs", [.. jobs.Values]), cancel);
        await transaction.CommitAsync(cancel); // after the publish: a crash in between moves them twice, and never loses one
        return jobs.Count;
    }
}
// end
