using PgPubSub.Core.Deliveries;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class SuspectDeskSpec
{
    private readonly SuspectDesk _desk = new();

    [Fact]
    public void It_asks_for_the_permit_before_it_claims_one()
    {
        Assert.IsType<DeliveryEffect.AskPermit>(_desk.Next(3, Ms(0)));
        Assert.Null(_desk.Next(3, Ms(0)));

        Assert.True(_desk.Granted());

        Assert.IsType<DeliveryEffect.ClaimSuspect>(_desk.Next(3, Ms(0)));
    }

    [Fact]
    public void Without_a_suspect_the_permit_goes_back_and_nothing_is_asked_until_a_hint()
    {
        Claim();

        Assert.IsType<DeliveryEffect.ReturnPermit>(_desk.Claimed(null));
        Assert.Null(_desk.Next(3, Ms(0)));

        _desk.Wake();
        Assert.IsType<DeliveryEffect.AskPermit>(_desk.Next(3, Ms(0)));
    }

    [Fact]
    public void A_hint_during_a_claim_is_remembered()
    {
        Claim();
        _desk.Wake();
        _desk.Claimed(null);

        Assert.IsType<DeliveryEffect.AskPermit>(_desk.Next(3, Ms(0)));
    }

    [Fact]
    public void The_permit_is_kept_until_the_suspects_holding_is_over()
    {
        Claim();
        Assert.Null(_desk.Claimed(7));
        Assert.Null(_desk.Next(3, Ms(0)));
        Assert.Null(_desk.Over(6));
        Assert.Null(_desk.GiveUp());

        Assert.IsType<DeliveryEffect.ReturnPermit>(_desk.Over(7));

        Assert.IsType<DeliveryEffect.AskPermit>(_desk.Next(3, Ms(0)));
    }

    [Fact]
    public void A_permit_that_was_asked_for_is_waited_for_and_asked_for_once()
    {
        _desk.Next(3, Ms(0));

        Assert.Null(_desk.Reset());
        Assert.Null(_desk.Next(3, Ms(0)));
        Assert.True(_desk.Granted());

        Assert.IsType<DeliveryEffect.ReturnPermit>(_desk.GiveUp());
    }

    [Fact]
    public void A_failed_claim_gives_the_permit_back_and_asks_again_after_a_wait()
    {
        Claim();

        Assert.IsType<DeliveryEffect.ReturnPermit>(_desk.Failed(Ms(0)));

        Assert.Equal(Ms(50), _desk.NextTick);
        Assert.Null(_desk.Next(3, Ms(49)));
        Assert.IsType<DeliveryEffect.AskPermit>(_desk.Next(3, Ms(50)));
    }

    [Fact]
    public void A_wait_that_ends_while_there_is_no_room_wants_no_more_ticks()
    {
        Claim();
        _desk.Failed(Ms(0));

        Assert.Null(_desk.Next(0, Ms(50)));

        Assert.Null(_desk.NextTick);
        Assert.IsType<DeliveryEffect.AskPermit>(_desk.Next(1, Ms(51)));
    }

    private void Claim()
    {
        _desk.Next(3, Ms(0));
        _desk.Granted();
        _desk.Next(3, Ms(0));
    }
}
