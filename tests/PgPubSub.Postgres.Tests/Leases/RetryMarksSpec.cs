using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Leases;

namespace PgPubSub.Postgres.Tests.Leases;

public sealed class RetryMarksSpec
{
    private static readonly GroupKey Group = new(new TopicId(1), 1);
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Slack = Noon - TimeSpan.FromSeconds(60);

    private readonly HandClock _clock = new();
    private readonly RetryMarks _marks;

    public RetryMarksSpec() => _marks = new RetryMarks(TimeSpan.FromSeconds(30), _clock);

    [Fact]
    public void A_first_look_is_whole() => Assert.Null(_marks.Since(Group));

    [Fact]
    public void After_a_whole_look_that_found_nothing_the_next_begins_a_slack_before_it()
    {
        _marks.Looked(Group, since: null, due: false, at: Noon);

        Assert.Equal(Slack, _marks.Since(Group));
    }

    [Fact]
    public void A_partial_look_that_found_nothing_moves_the_mark_and_one_that_found_something_does_not()
    {
        _marks.Looked(Group, null, due: false, Noon);
        _marks.Looked(Group, Slack, due: false, Noon.AddSeconds(10));
        _marks.Looked(Group, Slack, due: true, Noon.AddSeconds(20));

        Assert.Equal(Slack.AddSeconds(10), _marks.Since(Group));
    }

    [Fact]
    public void A_whole_look_that_found_something_makes_the_next_one_whole()
    {
        _marks.Looked(Group, null, due: false, Noon);
        _marks.Looked(Group, null, due: true, Noon);

        Assert.Null(_marks.Since(Group));
    }

    [Fact]
    public void Once_a_minute_a_look_is_whole_however_many_partial_ones_found_nothing()
    {
        _marks.Looked(Group, null, due: false, Noon);
        for (var second = 1; second < 60; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _marks.Looked(Group, _marks.Since(Group), due: false, Noon.AddSeconds(second));
            Assert.NotNull(_marks.Since(Group));
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_marks.Since(Group));
    }

    private sealed class HandClock : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => _now += by.Ticks;

        public override long GetTimestamp() => _now;
    }
}
