using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Tests.Topics;

public sealed class TopicStatusSpec
{
    private static readonly TopicStatus Left = new("t", new TopicId(1), Floor: 5, Tail: 15, new Retention { Count = 10 }, DeadLetters: 0);

    [Fact]
    public void A_topic_is_left_alone_where_nothing_has_changed_since_its_last_trim_and_nothing_is_over_its_limits()
    {
        Assert.True(Left.NeedsNoTrim(Left));
        Assert.False(Left.NeedsNoTrim(null));
        Assert.False(Left.NeedsNoTrim(Left with { Tail = 14 }));
        Assert.False(Left.NeedsNoTrim(Left with { Floor = 4 }));
        Assert.False(Left.NeedsNoTrim(Left with { Retention = Retention.Forever }));
    }

    [Fact]
    public void One_that_was_never_trimmed_has_nothing_to_sweep()
    {
        var whole = Left with { Floor = 0, Tail = 10 };
        Assert.True(whole.NeedsNoTrim(null));
        Assert.False((whole with { Tail = 11 }).NeedsNoTrim(null));
    }

    [Fact]
    public void What_a_limit_may_take_is_looked_at_each_time()
    {
        AssertTrims(Left with { Tail = 16 });
        AssertTrims(Left with { Retention = new Retention { Age = TimeSpan.FromHours(1) } });
        AssertTrims(Left with { Retention = new Retention { MaxBacklogAge = TimeSpan.FromHours(1) } });
        AssertTrims(Left with { Retention = new Retention { MaxBacklogEvents = 9 } });
        AssertTrims(Left with { DeadLetters = 1, Retention = new Retention { DeadLetterAge = TimeSpan.FromHours(1) } });
    }

    [Fact]
    public void The_newest_event_stays_whatever_the_limits_say()
    {
        var one = Left with { Tail = 6, Retention = new Retention { Count = 0, Age = TimeSpan.FromHours(1) } };
        Assert.True(one.NeedsNoTrim(one));
    }

    private static void AssertTrims(TopicStatus status) => Assert.False(status.NeedsNoTrim(status));
}
