using PgPubSub.InMemory;

namespace PgPubSub.Actors.Tests.Losses;

/// <summary>The histories can fail: what does not bear a loss is caught by the rule that it breaks.</summary>
public sealed class PlantedSpec : HubSpec
{
    private static readonly Dictionary<string, Func<Stores, Stores>> Faults = new()
    {
        [nameof(ForgetsIds)] = stores => stores with { Log = new ForgetsIds(stores.Log) },
        [nameof(TrustsLostAnswers)] = stores => stores with { Deliveries = new TrustsLostAnswers(stores.Deliveries) },
        [nameof(SkipsLostPages)] = stores => stores with { Log = new SkipsLostPages(stores.Log) },
    };

    protected override bool InMemory => true;

    [Theory]
    [InlineData(nameof(ForgetsIds), "R2: ")]
    [InlineData(nameof(TrustsLostAnswers), "R6: ")]
    [InlineData(nameof(SkipsLostPages), "A private subscriber ")]
    public async Task A_hub_that_does_not_bear_a_loss_is_caught(string fault, string rule)
    {
        var problems = await Task.WhenAll(Enumerable.Range(1, 4).Select(seed => new LossyHistory(Sys, seed, OptionsOf(new InMemoryStore()), Faults[fault]).RunAsync()));

        Assert.Contains(problems.SelectMany(found => found), problem => problem.StartsWith(rule, StringComparison.Ordinal));
    }

    private Func<PgPubSubOptions> OptionsOf(InMemoryStore store) => () => Options().UseInMemory(store);
}
