using PgPubSub.Simulation.Tests.Plants;

namespace PgPubSub.Simulation.Tests;

/// <summary>A seed is worth its name only where it always tells the same.</summary>
public sealed class SeedSpec
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(315)]
    public void The_same_seed_is_the_same_history_step_by_step(int seed)
    {
        var (first, second) = (new List<string>(), new List<string>());

        new History(seed, Plant.None, first.Add).Run();
        new History(seed, Plant.None, second.Add).Run();

        Assert.NotEmpty(first);
        Assert.Equal(first, second);
    }
}
