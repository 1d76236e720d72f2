using PgPubSub.Core.Deliveries;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class ClaimPacerSpec
{
    private readonly ClaimPacer _pacer = new();

    [Fact]
    public void It_starts_with_what_the_windows_hold() => Assert.Equal(0, _pacer.Ahead);

    [Fact]
    public void A_claim_that_is_used_up_at_once_doubles_what_is_claimed_ahead()
    {
        Use(after: 1, times: 1);
        Assert.Equal(10, _pacer.Ahead);

        Use(after: 1, times: 2);
        Assert.Equal(40, _pacer.Ahead);
    }

    [Fact]
    public void It_never_claims_more_than_a_thousand_ahead()
    {
        Use(after: 1, times: 30);

        Assert.Equal(ClaimPacer.Most, _pacer.Ahead);
    }

    [Fact]
    public void A_claim_that_lasts_halves_it()
    {
        Use(after: 1, times: 3);

        Use(after: 501, times: 1);

        Assert.Equal(20, _pacer.Ahead);
    }

    [Fact]
    public void In_between_it_stays_and_so_it_does_while_something_is_left()
    {
        Use(after: 1, times: 1);

        Use(after: 100, times: 5);
        Use(after: 1, times: 5, whole: false);

        Assert.Equal(10, _pacer.Ahead);
    }

    private void Use(double after, int times, bool whole = true)
    {
        for (var i = 0; i < times; i++)
        {
            _pacer.Filled(Ms(0));
            _pacer.UsedUp(Ms(after), window: 10, whole);
        }
    }
}
