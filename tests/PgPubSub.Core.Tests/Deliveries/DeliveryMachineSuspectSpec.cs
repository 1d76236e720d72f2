using PgPubSub.Core.Deliveries;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

/// <summary>A suspect counts as out from its claim on, so it never waits for a place.</summary>
public sealed class DeliveryMachineSuspectSpec
{
    private readonly DrivenMachine _driven = new();

    [Fact]
    public void It_is_claimed_only_when_a_place_is_free_and_kept_for_it()
    {
        var held = _driven.Holding(window: 2, events: 10);
        Assert.Equal([0, 1], held.Select(item => item.Event.Offset));
        _driven.Machine.SuspectGranted(Ms(1));
        Assert.Empty(_driven.Effects<DeliveryEffect.ClaimSuspect>());

        _driven.Machine.Ack(held[0].Id, null, Ms(2));
        var effects = _driven.Effects();
        Assert.Single(effects.OfType<DeliveryEffect.ClaimSuspect>());
        Assert.Empty(effects.OfType<DeliveryEffect.HandOut>());

        _driven.Machine.SuspectsClaimed(Pages.Retries(2, 77), Ms(3));
        Assert.Equal([77], _driven.HandOuts().Select(item => item.Event.Offset));
    }

    [Fact]
    public void The_place_is_given_on_when_no_suspect_was_due()
    {
        var held = _driven.Holding(window: 1, events: 10);
        _driven.Machine.SuspectGranted(Ms(1));
        _driven.Machine.Ack(held[0].Id, null, Ms(2));
        Assert.Empty(_driven.HandOuts());

        _driven.Machine.SuspectsClaimed([], Ms(3));
        Assert.Equal([1], _driven.HandOuts().Select(item => item.Event.Offset));
    }
}
