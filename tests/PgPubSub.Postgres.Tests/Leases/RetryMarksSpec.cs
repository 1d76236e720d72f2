using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Leases;

namespace PgPubSub.Postgres.Tests.Leases;

public sealed class RetryMarksSpec
{
    private static readonly GroupKey Group = new(new TopicId(1), 1);
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(60), Near = TimeSpan.FromSeconds(1);

    private readonly HandClock _clock = new();
    private readonly RetryMarks _marks;

    public RetryMarksSpec() => _marks = new RetryMarks(TimeSpan.FromSeconds(30), _clock);

    [Fact]
    public void A_first_look_is_whole() => Assert.Null(_marks.Since(Group, suspects: false));

    [Fact]
    public void After_a_whole_look_that_found_nothing_the_next_begins_shortly_before_it()
    {
        Look(Noon, due: false);

        Assert.Equal(Noon - Near, _marks.Since(Group, suspects: false));
    }

    [Fact]
    public void A_partial_look_that_found_nothing_moves_the_mark_and_one_that_found_something_does_not()
    {
        Look(Noon, due: false);
        Look(Noon.AddSeconds(10), due: false);
        Look(Noon.AddSeconds(20), due: true);

        Assert.Equal(Noon.AddSeconds(10) - Near, _marks.Since(Group, suspects: false));
    }

    [Fact]
    public void A_whole_look_that_found_something_makes_the_next_one_whole()
    {
        Look(Noon, due: true);

        Assert.Null(_marks.Since(Group, suspects: false));
    }

    [Fact]
    public void Every_few_seconds_a_look_begins_a_slack_before()
    {
        Look(Noon, due: false);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Noon - Slack, _marks.Since(Group, suspects: false));

        Look(Noon.AddSeconds(5), due: true);
        Assert.Equal(Noon - Slack, _marks.Since(Group, suspects: false));

        Look(Noon.AddSeconds(6), due: false);
        Assert.Equal(Noon.AddSeconds(6) - Near, _marks.Since(Group, suspects: false));
    }

    [Fact]
    public void Suspects_and_others_are_marked_apart_and_a_look_for_both_begins_with_the_earlier()
    {
        _marks.Looked(Group, suspects: false, null, due: false, Noon);
        Assert.Null(_marks.Since(Group, suspects: true));
        Assert.Null(_marks.Since(Group));

        _marks.Looked(Group, suspects: true, null, due: false, Noon.AddSeconds(3));
        Assert.Equal(Noon.AddSeconds(3) - Near, _marks.Since(Group, suspects: true));
        Assert.Equal(Noon - Near, _marks.Since(Group));
    }

    [Fact]
    public void Once_a_minute_a_look_is_whole_however_many_partial_ones_found_nothing()
    {
        Look(Noon, due: false);
        for (var second = 1; second < 60; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Look(Noon.AddSeconds(second), due: false);
            Assert.NotNull(_marks.Since(Group, suspects: false));
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_marks.Since(Group, suspects: false));
    }

    private void Look(DateTimeOffset at, bool due) => _marks.Looked(Group, suspects: false, _marks.Since(Group, suspects: false), due, at);
}
