using PgPubSub.Core.Readers;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Tests.Readers;

public sealed class RecentPagesSpec
{
    private const int Cost = 256 + 100; // of each event here
    private static readonly TopicId One = new(1), Two = new(2);

    private readonly RecentPages _recent = new(budget: 20 * Cost);

    [Fact]
    public void A_page_is_found_from_any_of_its_offsets()
    {
        _recent.Add(One, Page(5, 5));

        Assert.Equal([5, 6, 7, 8, 9], Offsets(One, 5));
        Assert.Equal([8, 9], Offsets(One, 8));
        Assert.Null(_recent.Find(One, 4));
        Assert.Null(_recent.Find(One, 10));
    }

    [Fact]
    public void Each_topic_has_its_own()
    {
        _recent.Add(One, Page(0, 5));

        Assert.Null(_recent.Find(Two, 0));
    }

    [Fact]
    public void The_oldest_page_of_all_topics_makes_room()
    {
        _recent.Add(One, Page(0, 10));
        _recent.Add(Two, Page(0, 10));
        _recent.Add(One, Page(10, 10));

        Assert.Null(_recent.Find(One, 0));
        Assert.Equal(10, Offsets(Two, 0)!.Count);
        Assert.Equal(10, Offsets(One, 10)!.Count);
    }

    [Fact]
    public void A_page_larger_than_the_budget_is_not_kept()
    {
        _recent.Add(One, Page(0, 21));

        Assert.Null(_recent.Find(One, 0));
    }

    [Fact]
    public void A_page_that_does_not_follow_takes_the_place_of_all()
    {
        _recent.Add(One, Page(0, 5));
        _recent.Add(One, Page(3, 5));

        Assert.Null(_recent.Find(One, 0));
        Assert.Equal([3, 4, 5, 6, 7], Offsets(One, 3));
    }

    [Fact]
    public void What_was_forgotten_is_gone_and_does_not_count()
    {
        for (var i = 0; i < 10; i++)
        {
            _recent.Add(One, Page(0, 10));
            _recent.Forget(One);
        }

        Assert.Null(_recent.Find(One, 0));
        _recent.Add(One, Page(0, 10));
        _recent.Add(Two, Page(0, 10));
        Assert.Equal(10, Offsets(One, 0)!.Count);
        Assert.Equal(10, Offsets(Two, 0)!.Count);
    }

    private static StoredEvent[] Page(long from, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new StoredEvent(from + i, Guid.NewGuid(), "t", null, new byte[100], null, null, DateTimeOffset.UnixEpoch)),
    ];

    private List<long>? Offsets(TopicId topic, long from) => _recent.Find(topic, from)?.Select(e => e.Offset).ToList();
}
