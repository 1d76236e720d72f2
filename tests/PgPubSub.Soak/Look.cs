using System.Diagnostics;
using Npgsql;

namespace PgPubSub.Soak;

/// <summary>One look at what must not grow: a name and its value, in the same order each time.</summary>
internal static class Look
{
    private const double Mebi = 1_048_576;

    /// <summary>How much each may grow in any case.</summary>
    public static double SlackOf(string name) => name switch
    {
        _ when name.EndsWith("dead tuples", StringComparison.Ordinal) => 30_000, // what the trim leaves in a minute, which is how often autovacuum comes
        _ when name.EndsWith("MiB", StringComparison.Ordinal) => name.StartsWith("memory", StringComparison.Ordinal) ? 48 : 8,
        _ when name.EndsWith("p50 ms", StringComparison.Ordinal) => 5,
        _ => 30,
    };

    public static async Task<IReadOnlyList<(string Name, double Value)>> TakeAsync(NpgsqlDataSource database, string schema, Latencies latencies)
    {
        List<(string, double)> all = [];
        await using (var command = database.CreateCommand(
            "SELECT relname, n_dead_tup, pg_table_size(relid), pg_indexes_size(relid) FROM pg_stat_user_tables WHERE schemaname = $1 AND relname = ANY ($2) ORDER BY relname"))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = schema });
            command.Parameters.Add(new NpgsqlParameter { Value = new[] { "event", "cursor", "lease", "retry", "mark", "node" } });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var table = reader.GetString(0);
                all.Add(($"{table} dead tuples", reader.GetInt64(1)));
                all.Add(($"{table} table MiB", reader.GetInt64(2) / Mebi));
                all.Add(($"{table} indexes MiB", reader.GetInt64(3) / Mebi));
            }
        }

        using var process = Process.GetCurrentProcess();
        all.Add(("memory working set MiB", process.WorkingSet64 / Mebi));
        all.Add(("memory GC heap MiB", GC.GetTotalMemory(forceFullCollection: false) / Mebi));
        var taken = latencies.Take();
        all.Add(("latency p50 ms", Latencies.Percentile(taken, 0.5)));
        all.Add(("latency p99 ms", Latencies.Percentile(taken, 0.99)));
        return all;
    }
}
