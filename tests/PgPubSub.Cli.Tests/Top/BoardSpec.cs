using PgPubSub.Cli.Top;
using static PgPubSub.Cli.Tests.Top.Sample;

namespace PgPubSub.Cli.Tests.Top;

public sealed class BoardSpec
{
    [Fact]
    public void A_first_look_has_no_rates()
    {
        var board = Board.Of(null, Look(7, Topic("orders", 5)));

        Assert.Null(board.Elapsed);
        Assert.Null(Assert.Single(board.Topics).Published);
        Assert.Null(Assert.Single(Board.Of(null, Look(7, Group("billing", 5))).Groups).Handled);
    }

    [Fact]
    public void What_came_to_a_topic_is_told_by_the_second()
    {
        var board = Board.Of(Look(10, Topic("orders", 100)), Look(12.5, Topic("orders", 150)));

        Assert.Equal((20, 2.5), (Assert.Single(board.Topics).Published, board.Elapsed!.Value.TotalSeconds));
    }

    [Fact]
    public void Each_list_has_its_own_time()
    {
        var before = new Look(new(TimeSpan.FromSeconds(1), [Topic("orders", 0)]), new(TimeSpan.FromSeconds(2), [Group("billing", 0)]), []);
        var now = new Look(new(TimeSpan.FromSeconds(3), [Topic("orders", 12)]), new(TimeSpan.FromSeconds(6), [Group("billing", 12)]), []);

        var board = Board.Of(before, now);

        Assert.Equal((6, 3), (board.Topics[0].Published, board.Groups[0].Handled));
    }

    [Fact]
    public void A_group_has_handled_what_is_neither_out_nor_to_come_again()
    {
        var board = Board.Of(Look(0, Group("billing", 100, inFlight: 40, retrying: 10)), Look(1, Group("billing", 200, inFlight: 90, retrying: 15)));

        Assert.Equal(45, Assert.Single(board.Groups).Handled);
    }

    [Theory]
    [InlineData(50, 0)] // moved back
    [InlineData(100, 3)] // redriven
    public void A_group_that_has_more_to_do_than_before_has_no_rate(long position, long retrying) =>
        Assert.Null(Assert.Single(Board.Of(Look(0, Group("billing", 100)), Look(1, Group("billing", position, retrying: retrying))).Groups).Handled);

    [Fact]
    public void A_topic_that_was_dropped_is_gone_and_one_that_has_its_name_now_is_another()
    {
        var before = Look(0, Topic("orders", 100, id: 1), Topic("bills", 100, id: 2));

        var row = Assert.Single(Board.Of(before, Look(1, Topic("orders", 500, id: 3))).Topics);

        Assert.Equal(("orders", null), (row.Status.Name, row.Published));
    }

    [Fact]
    public void A_look_at_the_same_moment_has_no_rate() => Assert.Null(Board.Of(Look(1, Topic("orders", 0)), Look(1, Topic("orders", 9))).Topics[0].Published);

    [Fact]
    public void The_group_that_lags_most_comes_first_and_names_decide_among_equals()
    {
        var board = Board.Of(null, Look(
            0, Group("b", 5, 10, id: 1), Group("a", 5, 10, id: 2), Group("last", 10, 10, id: 3), Group("first", 0, 10, id: 4), Group("b", 5, 10, id: 5, topic: "bills")));

        Assert.Equal([("orders", "first"), ("bills", "b"), ("orders", "a"), ("orders", "b"), ("orders", "last")], board.Groups.Select(row => (row.Status.Topic, row.Status.Group)));
    }

    [Fact]
    public void The_topic_that_most_is_published_to_comes_first_and_names_decide_among_equals()
    {
        var before = Look(0, Topic("c", 0, 1), Topic("b", 0, 2), Topic("a", 0, 3));
        var now = Look(1, Topic("c", 5, 1), Topic("b", 0, 2), Topic("a", 0, 3), Topic("0-new", 99, 4));

        Assert.Equal(["c", "0-new", "a", "b"], Board.Of(before, now).Topics.Select(row => row.Status.Name));
    }
}
