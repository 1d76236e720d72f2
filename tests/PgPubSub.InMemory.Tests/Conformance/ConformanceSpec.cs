using PgPubSub.Testing.Conformance;

namespace PgPubSub.InMemory.Tests.Conformance;

/// <summary>The store in memory keeps every promise of the contract.</summary>
public sealed class ConformanceSpec
{
    private static readonly InMemoryUnderTest Shared = new();

    public static TheoryData<string> Checks() => [.. StoreConformance.Checks.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task The_store_passes(string check) => await StoreConformance.Checks.Single(c => c.Name == check).RunAsync(Shared);

    [Fact]
    public void Each_check_has_a_name_of_its_own_and_every_rule_has_some()
    {
        Assert.Equal(StoreConformance.Checks.Count, StoreConformance.Checks.Select(c => c.Name).Distinct().Count());
        Assert.All(Enumerable.Range(1, 9), rule => Assert.Contains(StoreConformance.Checks, c => c.Rule == $"R{rule}"));
    }

    [Fact]
    public async Task A_check_leaves_nothing_behind()
    {
        var store = new InMemoryUnderTest();
        foreach (var check in StoreConformance.Checks)
            await check.RunAsync(store);

        Assert.Empty(await store.Topics.ListTopicsAsync(null, CancellationToken.None));
        Assert.Empty(await store.Nodes.WatchAsync(Guid.Empty, CancellationToken.None));
    }
}
