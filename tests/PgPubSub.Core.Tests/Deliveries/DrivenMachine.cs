using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

/// <summary>A delivery machine, and what it wants since it was last asked.</summary>
internal sealed class DrivenMachine
{
    private static readonly GroupRules Rules = new(Sec(30), new RetryRules(MaxAttempts: 2, Sec(1), 2, Sec(10)));

    public DeliveryMachine Machine { get; } = new(Rules, claimBytes: 1_000_000);

    /// <summary>One consumer, who gets what fits its window of a lease from 0.</summary>
    public IReadOnlyList<Item> Holding(int window, int events)
    {
        Machine.Own(true, 0, Ms(0));
        Machine.Join(1, window, Ms(0));
        Machine.Effects.Clear();
        Machine.Claimed(events == 0 ? Pages.Empty(0) : Pages.Of(0, events), Ms(0));
        return HandOuts();
    }

    /// <summary>One consumer with room, who gets retries.</summary>
    public IReadOnlyList<Item> Retried(int attempts, params long[] offsets)
    {
        Holding(9, 0);
        Machine.RetriesClaimed(Pages.Retries(attempts, offsets), Ms(0));
        return HandOuts();
    }

    public IReadOnlyList<Item> HandOuts() => [.. Effects<DeliveryEffect.HandOut>().Select(e => e.Item)];

    public T[] Effects<T>() => [.. Effects().OfType<T>()];

    public DeliveryEffect[] Effects()
    {
        var effects = Machine.Effects.ToArray();
        Machine.Effects.Clear();
        return effects;
    }

    public SettleBatch Written() => Written(Effects());

    public static SettleBatch Written(IEnumerable<DeliveryEffect> effects) => Assert.Single(effects.OfType<DeliveryEffect.Settle>()).Batch;

    public static SettleResult Held(SettleBatch batch) => new([.. batch.Leases.Select(_ => true)], [.. batch.Retries.Select(_ => true)]);

    public static SettleResult Lost(SettleBatch batch) => new([.. batch.Leases.Select(_ => false)], [.. batch.Retries.Select(_ => false)]);
}
