using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using PgPubSub.Benchmarks.Labs;

namespace PgPubSub.Benchmarks.Floors;

/// <summary>Append: one round trip, one implicit transaction; no row is updated.</summary>
internal static class AppendFloor
{
    /// <summary>Events a second that a number of writers append to one topic in batches.</summary>
    public static Task<double> RateAsync(Server server, int writers, int count, TimeSpan window) => Floor.RunAsync(server, async () =>
    {
        var clock = Stopwatch.StartNew();
        var sums = await Task.WhenAll(Enumerable.Range(0, writers).Select(async _ =>
        {
            await using var connection = await server.OpenAsync();
            long n = 0, tail = 0;
            for (; clock.Elapsed < window; n += count)
                tail = await AppendOnceAsync(connection, 1, tail, count);
            return n;
        }));
        var rate = Floor.Rate(sums.Sum(), clock);
        CheckFailedException.Require(
            await server.AskAsync<bool>("""SELECT count(*) = max("offset") + 1 AND min("offset") = 0 FROM limits.event WHERE topic_id = 1"""), "The floor's offsets have a gap.");
        return rate;
    });

    /// <summary>Appends one batch; the tail after it.</summary>
    public static async Task<long> AppendOnceAsync(NpgsqlConnection connection, int topic, long knownTail, int count)
    {
        await using var append = new NpgsqlCommand("SELECT limits.append($1, $2, $3, $4, $5)", connection)
        {
            Parameters =
            {
                new() { Value = topic },
                new() { Value = knownTail },
                new() { Value = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).ToArray() },
                new() { Value = Enumerable.Repeat(Payload.Type, count).ToArray() },
                new() { Value = Enumerable.Repeat(Payload.Json, count).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Json },
            },
        };
        return (long)(await append.ExecuteScalarAsync())! + count;
    }
}
