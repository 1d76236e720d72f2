using PgPubSub.Core.Faults;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Faults;

public sealed class BackoffSpec
{
    private readonly Backoff _backoff = Backoff.OfStore();

    [Fact]
    public void Without_a_failure_nobody_waits()
    {
        Assert.Null(_backoff.Until);
        Assert.False(_backoff.Waits(Ms(0)));
    }

    [Fact]
    public void Each_failure_doubles_the_wait_up_to_a_second()
    {
        foreach (var wait in (double[])[50, 100, 200, 400, 800, 1_000, 1_000])
        {
            _backoff.Fail(Sec(7));
            Assert.Equal(Sec(7) + Ms(wait), _backoff.Until);
        }
    }

    [Fact]
    public void However_often_it_fails_the_wait_never_exceeds_a_second()
    {
        for (var i = 0; i < 10_000; i++)
            _backoff.Fail(Ms(0));

        Assert.Equal(Sec(1), _backoff.Until);
    }

    [Fact]
    public void A_wait_that_is_over_is_forgotten_and_its_failures_are_not()
    {
        _backoff.Fail(Ms(0));
        Assert.True(_backoff.Waits(Ms(49)));
        Assert.False(_backoff.Waits(Ms(50)));
        Assert.Null(_backoff.Until);

        _backoff.Fail(Ms(50));

        Assert.Equal(Ms(150), _backoff.Until);
    }

    [Fact]
    public void A_success_forgets_everything()
    {
        _backoff.Fail(Ms(0));
        _backoff.Fail(Ms(0));
        _backoff.Clear();
        Assert.Null(_backoff.Until);

        _backoff.Fail(Ms(0));

        Assert.Equal(Ms(50), _backoff.Until);
    }
}
