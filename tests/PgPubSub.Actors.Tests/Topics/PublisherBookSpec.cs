using PgPubSub.Actors.Topics;

namespace PgPubSub.Actors.Tests.Topics;

public sealed class PublisherBookSpec : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public void A_publisher_that_crashes_before_it_has_flushed_is_not_waited_for()
    {
        var book = new PublisherBook((_, _) => CreateTestProbe());
        var (one, two) = (book.Of("t"), book.Of("u"));
        book.FlushAll();

        book.Flushed(one);
        Assert.False(book.IsFlushed);
        book.Remove(two);

        Assert.True(book.IsFlushed);
    }
}
