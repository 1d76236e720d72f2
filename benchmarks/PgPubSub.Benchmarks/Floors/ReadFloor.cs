using System.Diagnostics;
using Npgsql;
using PgPubSub.Benchmarks.Labs;

namespace PgPubSub.Benchmarks.Floors;

/// <summary>A plain paged read of the library's own table: one prepared statement, a thousand events a page, every column taken.</summary>
internal static class ReadFloor
{
    private const int Page = 1_000;

    public static async Task<double> RateAsync(Server server, string schema, int topic, int events)
    {
        var clock = Stopwatch.StartNew();
        await using var connection = await server.OpenAsync();
        var from = 0L;
        for (var read = Page; read == Page;)
        {
            await using var select = new NpgsqlCommand(
                $"""SELECT "offset", event_id, type, key, data, body, content_type, headers, published_at FROM {schema}.event WHERE topic = $1 AND "offset" >= $2 ORDER BY "offset" LIMIT {Page}""",
                connection) { Parameters = { new() { Value = topic }, new() { Value = from } } };
            await using var reader = await select.ExecuteReaderAsync();
            for (read = 0; await reader.ReadAsync(); read++)
            {
                CheckFailedException.Require(reader.GetInt64(0) == from, "The floor read offsets with a gap.");
                from++;
                reader.GetGuid(1);
                reader.GetString(2);
                reader.GetFieldValue<byte[]>(4);
                reader.GetDateTime(8);
            }
        }

        CheckFailedException.Require(from == events, "The floor did not read everything.");
        return Floor.Rate(events, clock);
    }
}
