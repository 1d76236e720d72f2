using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Log;

namespace PgPubSub.Postgres.Tests.Log;

public sealed class LoneTopicsSpec
{
    private static readonly TopicId One = new(1), Two = new(2);

    private readonly HandClock _clock = new();
    private readonly LoneTopics _lone;

    public LoneTopicsSpec() => _lone = new LoneTopics(_clock);

    [Fact]
    public void A_topic_in_trouble_is_alone_for_five_seconds_and_no_other_is()
    {
        _lone.Add(One);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.True(_lone.Contains(One));
        Assert.False(_lone.Contains(Two));

        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(_lone.Contains(One));
    }

    [Fact]
    public void New_trouble_begins_the_time_anew()
    {
        _lone.Add(One);
        _clock.Advance(TimeSpan.FromSeconds(4));
        _lone.Add(One);
        _clock.Advance(TimeSpan.FromSeconds(4));

        Assert.True(_lone.Contains(One));
    }

    [Fact]
    public void What_is_long_over_is_not_remembered()
    {
        for (var i = 0; i < 5_000; i++)
        {
            _lone.Add(new TopicId(i));
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(_lone.Count, 1, 1_000);
    }
}
