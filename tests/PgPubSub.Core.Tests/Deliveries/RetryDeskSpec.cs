using PgPubSub.Core.Deliveries;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class RetryDeskSpec
{
    private readonly RetryDesk _desk = new();

    [Fact]
    public void It_looks_once_at_the_start()
    {
        Assert.Equal(new DeliveryEffect.ClaimRetries(3), _desk.Next(3, Ms(0)));
        _desk.Claimed(0);

        Assert.Null(_desk.Next(3, Ms(0)));
        Assert.Null(_desk.NextTick);
    }

    [Fact]
    public void It_asks_for_no_more_than_there_is_room_for_and_a_hundred_at_most()
    {
        Assert.Null(_desk.Next(0, Ms(0)));

        Assert.Equal(new DeliveryEffect.ClaimRetries(100), _desk.Next(5_000, Ms(0)));
    }

    [Fact]
    public void A_hint_during_a_claim_is_remembered()
    {
        _desk.Next(3, Ms(0));
        _desk.Wake();
        _desk.Claimed(0);

        Assert.NotNull(_desk.Next(3, Ms(0)));
    }

    [Fact]
    public void Where_there_were_some_there_may_be_more()
    {
        _desk.Next(3, Ms(0));
        _desk.Claimed(1);

        Assert.NotNull(_desk.Next(3, Ms(0)));
    }

    [Fact]
    public void It_looks_when_the_soonest_of_what_was_written_here_comes_due()
    {
        Look();
        _desk.Expect(Ms(900));
        _desk.Expect(Ms(300));
        _desk.Expect(Ms(600));

        Assert.Equal(Ms(300), _desk.NextTick);
        Assert.Null(_desk.Next(3, Ms(299)));
        Assert.NotNull(_desk.Next(3, Ms(300)));
    }

    [Fact]
    public void A_failure_is_repeated_after_a_wait()
    {
        _desk.Next(3, Ms(0));
        _desk.Failed(Ms(0));

        Assert.Equal(Ms(50), _desk.NextTick);
        Assert.Null(_desk.Next(3, Ms(49)));
        Assert.NotNull(_desk.Next(3, Ms(50)));
    }

    [Fact]
    public void A_wait_that_ends_while_there_is_no_room_wants_no_more_ticks()
    {
        _desk.Next(3, Ms(0));
        _desk.Failed(Ms(0));

        Assert.Null(_desk.Next(0, Ms(50)));

        Assert.Null(_desk.NextTick);
        Assert.NotNull(_desk.Next(1, Ms(51)));
    }

    private void Look()
    {
        _desk.Next(3, Ms(0));
        _desk.Claimed(0);
    }
}
