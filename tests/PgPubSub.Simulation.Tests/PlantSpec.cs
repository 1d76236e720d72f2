using System.Text;
using PgPubSub.Simulation.Tests.Plants;
using Xunit.Abstractions;

namespace PgPubSub.Simulation.Tests;

/// <summary>Faults that are planted on purpose: the simulation is worth something where it finds each.</summary>
public sealed class PlantSpec(ITestOutputHelper output)
{
    private const int Most = 20_000;

    [Fact]
    public void Each_planted_fault_is_found()
    {
        var (text, missed) = (new StringBuilder(), new List<Plant>());
        foreach (var plant in Enum.GetValues<Plant>().Where(plant => plant is not Plant.None))
        {
            var run = SimulationRun.Of(Most, plant);
            if (run.Broken is null)
                missed.Add(plant);
            text.AppendLine($"{plant,-32} {(run.Broken is null ? "NOT FOUND" : $"found by {run.Rule,-3} with seed {run.Seed}: {run.What}")}");
        }

        output.WriteLine(text.ToString());
        Console.WriteLine(text);
        Assert.Empty(missed);
    }
}
