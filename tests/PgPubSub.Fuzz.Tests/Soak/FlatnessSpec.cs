using PgPubSub.Soak;

namespace PgPubSub.Fuzz.Tests.Soak;

/// <summary>When something counts as growing.</summary>
public sealed class FlatnessSpec
{
    [Fact]
    public void What_stays_is_flat_whatever_it_was_at_first() => Assert.True(Judge([900, 500, 10, 10, 10, 10, 10, 10]).IsFlat);

    [Fact]
    public void A_fifth_more_is_flat_and_what_is_above_that_grows()
    {
        Assert.True(Judge([0, 0, 100, 100, 110, 110, 120, 120]).IsFlat);
        Assert.False(Judge([0, 0, 100, 100, 110, 110, 121, 121]).IsFlat);
    }

    [Fact]
    public void A_little_that_becomes_a_little_more_is_flat_within_the_slack()
    {
        Assert.True(Judge([0, 0, 0, 0, 2, 2, 5, 5], slack: 5).IsFlat);
        Assert.False(Judge([0, 0, 0, 0, 2, 2, 6, 6], slack: 5).IsFlat);
    }

    [Fact]
    public void One_peak_is_no_growth_and_a_steady_climb_is()
    {
        Assert.True(Judge([.. Enumerable.Repeat(10d, 15), 1_000]).IsFlat);
        Assert.False(Judge([.. Enumerable.Range(0, 60).Select(i => 100d + (10 * i))]).IsFlat);
    }

    [Fact]
    public void Where_nothing_came_at_last_it_is_not_flat() => Assert.False(Judge([1, 1, 1, 1, 1, 1, double.PositiveInfinity, double.PositiveInfinity]).IsFlat);

    [Fact]
    public void Too_few_looks_are_not_judged() => Assert.Throws<ArgumentException>(() => Judge([1, 2, 3, 4, 5, 6, 7]));

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(4, 2)]
    [InlineData(6, 2)]
    [InlineData(30, 7.5)]
    public void A_quarter_warms_up_and_at_least_two_minutes_of_what_is_long_enough(double minutes, double warm) =>
        Assert.Equal(TimeSpan.FromMinutes(warm), SoakRun.WarmUp(TimeSpan.FromMinutes(minutes)));

    [Fact]
    public void The_table_takes_the_place_of_the_one_before()
    {
        var page = Report.Into("# Page\n<!-- soak -->\nold\n<!-- /soak -->\nend\n", "new\n");

        Assert.Equal("# Page\n<!-- soak -->\nnew\n<!-- /soak -->\nend\n", page);
        Assert.Equal("# Page\n\n<!-- soak -->\nnew\n<!-- /soak -->\n", Report.Into("# Page\n", "new\n"));
    }

    private static Flatness Judge(double[] values, double slack = 0) => Flatness.Of("x", values, slack);
}
