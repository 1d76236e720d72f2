using System.Diagnostics;
using Npgsql;
using PgPubSub.Benchmarks.Figures;
using PgPubSub.Benchmarks.Labs;

namespace PgPubSub.Benchmarks.Floors;

/// <summary>Publish to read: append one, notify after the commit, the listener wakes, one read.</summary>
internal static class LatencyFloor
{
    /// <summary>Milliseconds that half, and ninety-nine of a hundred, stay below.</summary>
    public static Task<(double P50, double P99)> RunAsync(Server server, int warming, int events) => Floor.RunAsync(server, async () =>
    {
        await using var listening = await server.OpenAsync();
        await using (var listen = new NpgsqlCommand("LISTEN limits", listening))
            await listen.ExecuteNonQueryAsync();
        await using var publishing = await server.OpenAsync();
        await using var reading = await server.OpenAsync();
        List<double> read = [];
        for (long n = 0; n < warming + events; n++)
        {
            var i = n;
            var start = Stopwatch.GetTimestamp();
            var publish = Task.Run(async () =>
            {
                await AppendFloor.AppendOnceAsync(publishing, 1, i, 1);
                await using var notify = new NpgsqlCommand("SELECT pg_notify('limits', '1')", publishing);
                await notify.ExecuteNonQueryAsync();
            });
            await listening.WaitAsync();
            var rows = 0;
            await using (var select = new NpgsqlCommand("""SELECT "offset", event_id, type, data FROM limits.event WHERE topic_id = 1 AND "offset" >= $1""", reading) { Parameters = { new() { Value = i } } })
            {
                await using var reader = await select.ExecuteReaderAsync();
                for (; await reader.ReadAsync(); rows++)
                    reader.GetFieldValue<byte[]>(3);
            }

            read.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            CheckFailedException.Require(rows == 1, "The floor was woken before its event was there.");
            await publish;
            await Task.Delay(1);
        }

        double[] warm = [.. read.Skip(warming)];
        return (Median.At(warm, .5), Median.At(warm, .99));
    });
}
