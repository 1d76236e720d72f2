using Akka.Actor;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Topics;

public sealed class WakeupDeskSpec
{
    [Fact]
    public void Topics_that_no_group_here_reads_are_heard_of_and_not_remembered()
    {
        var desk = new WakeupDesk(new SubscriptionBook(), new ReaderBook(_ => ActorRefs.Nobody, _ => { }), new PublisherBook((_, _) => ActorRefs.Nobody));
        for (var topic = 1; topic <= 100; topic++)
            Assert.False(desk.Hear(new TopicTail(new TopicId(topic), 5)));

        Assert.Equal(0, desk.Known);
    }
}
