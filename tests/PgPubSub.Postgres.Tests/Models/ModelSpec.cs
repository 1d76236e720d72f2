using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>
/// The model of the database, on which histories are simulated, is checked: the same random calls go to it and to PostgreSQL over two connections, one of them often held before its
/// commit while the other calls. What each call is told, whether it waits, and what is there afterwards must agree. PGPUBSUB_MODELS says how many histories there are,
/// PGPUBSUB_MODEL plays one again.
/// </summary>
public sealed class ModelSpec(ITestOutputHelper output)
{
    private const int Usual = 150;
    private const int Steps = 25;
    private const int Enough = 5;
    private const int Workers = 2;

    [Fact]
    public async Task The_model_and_PostgreSQL_agree()
    {
        var (next, last) = Number("PGPUBSUB_MODEL") is { } seed ? (seed - 1, seed) : (0, Number("PGPUBSUB_MODELS") ?? Usual);
        var (tally, differ) = (new Tally(), new ConcurrentQueue<string>());
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(async _ =>
        {
            await using var postgres = await TwoConnections.OpenAsync();
            while (differ.Count < Enough && Interlocked.Increment(ref next) is var seed && seed <= last)
            {
                if (await ModelRun.PlayAsync(seed, postgres, Steps, tally) is { } differs)
                    differ.Enqueue($"{differs}\nPGPUBSUB_MODEL={seed} plays it again.");
            }
        }));

        Assert.True(differ.IsEmpty, string.Join("\n\n", differ));
        output.WriteLine($"{watch.Elapsed.TotalSeconds:0.0} s: {tally.Report()}");
        Assert.True(last < Usual || !tally.Missing.Any(), tally.Report());
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
