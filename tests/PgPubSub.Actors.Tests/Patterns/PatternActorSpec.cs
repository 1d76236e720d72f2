using Akka.Actor;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Patterns;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Patterns;

public sealed class PatternActorSpec() : TestKit("akka.loglevel = WARNING")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_poll_that_was_asked_before_the_pattern_was_there_says_nothing_of_what_is_new()
    {
        var (hub, consumer) = (CreateTestProbe(), CreateTestProbe());
        var subject = hub.ChildActorOf(
            PatternActor.Props(new SubscribePattern("a.*"), consumer, consumer, [], null!, new PgPubSubOptions().UseInMemory().Freeze()), CancellationToken.None);
        subject.Tell(new Matched([TopicPattern.Parse("b.*")], []));
        subject.Tell(new Matched([TopicPattern.Parse("a.*"), TopicPattern.Parse("b.*")], [new TopicName(new TopicId(1), "a.old")]));

        Assert.Null((await hub.ExpectMsgAsync<Subscribe>(Patience)).From);
        subject.Tell(new Subscribed("a.old", null, 7));
        Assert.Equal(["a.old"], (await consumer.ExpectMsgAsync<PatternSubscribed>(Patience)).Topics);

        subject.Tell(new Matched([TopicPattern.Parse("a.*")], [new TopicName(new TopicId(1), "a.old"), new TopicName(new TopicId(2), "a.new")]));
        Assert.Equal(StartFrom.Earliest, (await hub.ExpectMsgAsync<Subscribe>(Patience)).From);
    }
}
