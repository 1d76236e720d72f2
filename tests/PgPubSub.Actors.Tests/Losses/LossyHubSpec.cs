using System.Collections.Concurrent;
using PgPubSub.Core.Stores;
using PgPubSub.InMemory;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Actors.Tests.Losses;

public sealed class LossyHubPostgresSpec : LossyHubSpec
{
    protected override int Seeds => 3;
}

public sealed class LossyHubInMemorySpec : LossyHubSpec
{
    protected override int Seeds => 20;

    protected override bool InMemory => true;
}

/// <summary>Whatever is lost on the way, what was promised holds.</summary>
public abstract class LossyHubSpec : HubSpec
{
    // Most of a history is waiting for beats; more than that starve the specs beside them.
    private const int AtOnce = 4;

    private readonly ConcurrentDictionary<int, InMemoryStore> _memories = new();

    protected abstract int Seeds { get; }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var seed in InMemory ? [] : Enumerable.Range(1, Seeds))
            await RunAsync($"DROP SCHEMA IF EXISTS {SchemaOf(seed)} CASCADE");
    }

    [Fact]
    public async Task Whatever_a_lossy_store_loses_what_was_confirmed_is_so()
    {
        var histories = new ConcurrentBag<LossyHistory>();
        var problems = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(1, Seeds), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (seed, _) =>
        {
            var history = new LossyHistory(Sys, seed, () => OptionsOf(seed));
            histories.Add(history);
            foreach (var problem in await history.RunAsync())
                problems.Add(problem);
        });

        Assert.True(problems.IsEmpty, string.Join(Environment.NewLine, problems.Take(20)));
        foreach (var loss in new[] { Loss.Unsent, Loss.RequestLost, Loss.AnswerLost, Loss.Late, Loss.Delayed })
            Assert.All([nameof(ILogStore.AppendAsync), nameof(IDeliveryStore.ClaimAsync), nameof(IDeliveryStore.SettleAsync)], call => Assert.True(histories.Sum(h => h.Plan.Count(loss, call)) > 0, $"{call} {loss}"));
    }

    private PgPubSubOptions OptionsOf(int seed)
    {
        var options = Options();
        if (InMemory)
            return options.UseInMemory(_memories.GetOrAdd(seed, _ => new InMemoryStore()));
        options.Schema = SchemaOf(seed);
        return options;
    }

    private string SchemaOf(int seed) => $"{Schema}_{seed}";
}
