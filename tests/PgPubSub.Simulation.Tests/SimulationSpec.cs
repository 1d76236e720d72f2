using System.Globalization;
using PgPubSub.Simulation.Tests.Plants;
using Xunit.Abstractions;

namespace PgPubSub.Simulation.Tests;

/// <summary>
/// Rules R1 to R9 under whole histories of several nodes on one database. PGPUBSUB_SIMULATE says how many there are, PGPUBSUB_SEED replays one and tells each step,
/// and PGPUBSUB_BROKEN says after how many that broke a rule it ends.
/// </summary>
public sealed class SimulationSpec(ITestOutputHelper output)
{
    private const int Usual = 20_000;

    [Fact]
    public void Histories_keep_the_rules()
    {
        if (Number("PGPUBSUB_SEED") is { } seed)
        {
            Replay(seed);
            return;
        }

        var run = SimulationRun.Of(Number("PGPUBSUB_SIMULATE") ?? Usual, Plant.None, Number("PGPUBSUB_BROKEN") ?? 1);
        Say(run.Report());
        Assert.True(run.Broken is null, run.Broken);
        Assert.Empty(run.Missing);
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private void Replay(int seed)
    {
        var history = new History(seed, Plant.None, Console.WriteLine);
        history.Run();
        Say($"seed {seed} keeps the rules, {history.Steps} steps");
    }

    private void Say(string text)
    {
        output.WriteLine(text);
        Console.WriteLine(text);
    }
}
