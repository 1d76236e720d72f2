using System.Diagnostics;
using PgPubSub.Benchmarks.Labs;

namespace PgPubSub.Benchmarks.Floors;

/// <summary>What the floors share: the schema, made anew for each, and the way they are told.</summary>
internal static class Floor
{
    private static readonly string Schema = new StreamReader(typeof(Floor).Assembly.GetManifestResourceStream("floor.sql")!).ReadToEnd();

    /// <summary>Runs a floor in a fresh schema, which is dropped afterwards.</summary>
    public static async Task<T> RunAsync<T>(Server server, Func<Task<T>> floor)
    {
        await server.RunAsync("SET client_min_messages = warning; " + Schema);
        await server.RestAsync();
        try
        {
            return await floor();
        }
        finally
        {
            await server.RunAsync("DROP SCHEMA limits CASCADE");
        }
    }

    /// <summary>So many a second since a clock began.</summary>
    public static double Rate(long count, Stopwatch clock) => count / clock.Elapsed.TotalSeconds;
}
