using System.Diagnostics;
using Npgsql;
using PgPubSub.Benchmarks.Labs;

namespace PgPubSub.Benchmarks.Floors;

/// <summary>
/// Claim and settle: a claim inserts its lease and a new cursor row and deletes the old cursor row by key; a settle deletes its lease by key; nothing is updated. The client names the
/// lease by a token of its own, so that claim and read go out in one round trip but in two transactions.
/// </summary>
internal static class ClaimFloor
{
    private const string Claim = "SELECT limits.claim($1, 1, $2, $3)";

    // $3, the reader's low mark, keeps an empty claim from walking every dead lease; the literal LIMIT keeps the planner's estimate, and with it the JIT, small.
    private const string ReadClaimed = """
        SELECT l.lo, e."offset", e.event_id, e.type, e.data, e.published_at
        FROM (SELECT lo, hi FROM limits.lease WHERE subscription_id = $1 AND lo >= $3 AND token = $2 ORDER BY lo DESC LIMIT 1) l,
        LATERAL (SELECT * FROM limits.event WHERE topic_id = 1 AND "offset" >= l.lo AND "offset" < l.hi ORDER BY "offset" LIMIT 1000) e ORDER BY e."offset"
        """;

    private const string Settle = "DELETE FROM limits.lease WHERE subscription_id = $1 AND lo = $2 AND token = $3";

    /// <summary>Events a second that the members of a group claim and settle, until a time is over or nothing is left.</summary>
    public static Task<double> RateAsync(Server server, int members, int count, int backlog, TimeSpan window) => Floor.RunAsync(server, async () =>
    {
        await server.RunAsync(
            $$"""INSERT INTO limits.event (topic_id, "offset", event_id, type, data) SELECT 1, g, gen_random_uuid(), '{{Payload.Type}}', '{{Payload.Json}}' FROM generate_series(0, {{backlog - 1}}) g""");
        await server.RunAsync("VACUUM ANALYZE limits.event");
        await server.RunAsync("TRUNCATE limits.lease; TRUNCATE limits.cursor; INSERT INTO limits.cursor VALUES (1, 0)");
        await server.RestAsync();
        var clock = Stopwatch.StartNew();
        long total = 0;
        var seen = new int[backlog];
        await Task.WhenAll(Enumerable.Range(0, members).Select(async _ =>
        {
            await using var connection = await server.OpenAsync();
            for (long mark = 0; clock.Elapsed < window;)
            {
                long lo = -1, n = 0;
                var token = Guid.CreateVersion7();
                await using (var batch = new NpgsqlBatch(connection) { EnableErrorBarriers = true })
                {
                    batch.BatchCommands.Add(new NpgsqlBatchCommand(Claim) { Parameters = { new() { Value = 1 }, new() { Value = count }, new() { Value = token } } });
                    batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadClaimed) { Parameters = { new() { Value = 1 }, new() { Value = token }, new() { Value = mark } } });
                    await using var reader = await batch.ExecuteReaderAsync();
                    while (await reader.ReadAsync())
                    {
                        // The claim's only row.
                    }

                    await reader.NextResultAsync();
                    for (; await reader.ReadAsync(); n++)
                    {
                        lo = mark = reader.GetInt64(0);
                        Interlocked.Increment(ref seen[reader.GetInt64(1)]);
                        reader.GetGuid(2);
                        reader.GetString(3);
                        reader.GetFieldValue<byte[]>(4);
                        reader.GetDateTime(5);
                    }
                }

                if (n == 0)
                    break;
                await using var settle = new NpgsqlCommand(Settle, connection) { Parameters = { new() { Value = 1 }, new() { Value = lo }, new() { Value = token } } };
                CheckFailedException.Require(await settle.ExecuteNonQueryAsync() == 1, "The floor's lease was not there to settle.");
                Interlocked.Add(ref total, n);
            }
        }));
        CheckFailedException.Require(seen.All(x => x <= 1), "The floor claimed an event twice.");
        return Floor.Rate(total, clock);
    });
}
