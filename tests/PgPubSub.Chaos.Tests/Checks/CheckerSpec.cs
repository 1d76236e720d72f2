using PgPubSub.Chaos.Checks;

namespace PgPubSub.Chaos.Tests.Checks;

/// <summary>What no rule is broken by, and what is left at the end.</summary>
public sealed class CheckerSpec
{
    private readonly GoodRun _run = new();

    [Fact]
    public void A_good_run_breaks_no_rule() => Assert.Empty(Checker.Check(_run.Evidence));

    [Fact]
    public void A_good_runs_repetitions_have_each_its_reason()
    {
        var reasons = DeliveryRules.Reasons(_run.Evidence);

        Assert.Equal([Explanation.Nack, Explanation.Deadline, Explanation.LostLease, Explanation.LostConfirmation], reasons.Keys.Order());
        Assert.All(reasons.Values, count => Assert.Equal(1, count));
    }

    [Theory]
    [InlineData(5, 0, 0)]
    [InlineData(7, 0, 0)]
    [InlineData(6, 1, 0)]
    [InlineData(6, 0, 1)]
    public void Work_that_is_left_is_found(long cursor, long leases, long retries)
    {
        (_run.Cursor, _run.Leases, _run.Retries) = (cursor, leases, retries);

        _run.Breaks("Finished");
    }
}
