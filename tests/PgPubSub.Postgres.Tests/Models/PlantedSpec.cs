using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>Where one side is broken on purpose, the check says so: what it calls agreement is some.</summary>
public sealed class PlantedSpec
{
    private const int Histories = 150;
    private const int Steps = 30;

    [Theory]
    [InlineData("append_v1", "pg_advisory_xact_lock(", "abs(")]
    [InlineData("claim_v2", "pg_advisory_xact_lock(", "abs(")]
    public async Task A_broken_function_is_found(string function, string text, string replacement)
    {
        await using var postgres = await TwoConnections.OpenAsync();
        await postgres.BreakAsync(function, text, replacement);

        Assert.NotNull(await FindAsync(postgres, planted: null));
    }

    [Fact]
    public async Task A_broken_model_is_found()
    {
        await using var postgres = await TwoConnections.OpenAsync();

        Assert.NotNull(await FindAsync(postgres, stores => stores with { Deliveries = new NacksTakenForAcks(stores.Deliveries) }));
    }

    private static async Task<string?> FindAsync(TwoConnections postgres, Func<Stores, Stores>? planted)
    {
        string? found = null;
        for (var seed = 1; seed <= Histories && found is null; seed++)
            found = await ModelRun.PlayAsync(seed, postgres, Steps, new Tally(), planted);
        return found;
    }

    private sealed class NacksTakenForAcks(IDeliveryStore inner) : ForwardingDeliveries(inner)
    {
        public override Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries) => Inner.SettleAsync(
            group, node, [.. leases.Select(lease => lease with { Acked = [.. lease.Acked, .. lease.Failed.Select(failed => failed.Offset)], Failed = [] })], retries);
    }
}
