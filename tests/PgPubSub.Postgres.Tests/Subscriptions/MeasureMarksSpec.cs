using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Subscriptions;

namespace PgPubSub.Postgres.Tests.Subscriptions;

public sealed class MeasureMarksSpec
{
    private static readonly GroupKey Group = new(new TopicId(1), 2);

    private readonly HandClock _clock = new();
    private readonly MeasureMarks _marks;

    public MeasureMarksSpec() => _marks = new MeasureMarks(_clock);

    [Fact]
    public void A_look_begins_where_the_last_one_found_something()
    {
        Assert.Equal(-1, Look(1, 20, 5).Generation);
        Assert.Equal((1, 20, 5), Shown(Look(1, 30, 7)));
        Assert.Equal((1, 30, 7), Shown(Look(1, 30, 7)));
    }

    [Fact]
    public void Once_a_minute_all_is_looked_at_also_when_every_look_between_found_something()
    {
        Look(1, 20, 5);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, Look(1, 20, 5).Generation);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(-1, Look(1, 20, 5).Generation);
        Assert.Equal(1, Look(1, 20, 5).Generation);
    }

    [Fact]
    public void A_redrive_or_the_end_of_a_group_ends_what_is_known()
    {
        Look(1, 20, 5);
        _marks.Redriven();
        Assert.Equal(-1, Look(1, 20, 5).Generation);
        _marks.Forget(Group);
        Assert.Equal(-1, Look(1, 20, 5).Generation);
    }

    [Fact]
    public void A_look_that_began_before_a_redrive_says_nothing()
    {
        var look = _marks.Begin([Group]);
        _marks.Redriven();
        _marks.End(look, Group, look.Marks[0], 1, 20, 5);

        Assert.Equal(-1, Look(1, 20, 5).Generation);
    }

    private MeasureMarks.Mark Look(long generation, long lease, long unsettled)
    {
        var look = _marks.Begin([Group]);
        _marks.End(look, Group, look.Marks[0], generation, lease, unsettled);
        return look.Marks[0];
    }

    private static (long Generation, long Lease, long Unsettled) Shown(MeasureMarks.Mark mark) => (mark.Generation, mark.Lease, mark.Unsettled);
}
