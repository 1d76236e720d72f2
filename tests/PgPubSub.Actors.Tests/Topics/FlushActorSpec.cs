using Akka.Actor;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Topics;

namespace PgPubSub.Actors.Tests.Topics;

public sealed class FlushActorSpec() : TestKit("akka.loglevel = WARNING")
{
    [Fact]
    public async Task Subscriptions_that_wait_to_come_back_after_a_crash_are_not_idle()
    {
        FlushTarget[] crashed = [new(ActorRefs.Nobody, "t", "g", null), new(ActorRefs.Nobody, "u", "g", null)];

        Sys.ActorOf(FlushActor.Props(TestActor, null!, new Dictionary<IActorRef, string>(), crashed, TimeSpan.FromMilliseconds(100)));

        var incomplete = await ExpectMsgAsync<FlushIncomplete>(TimeSpan.FromSeconds(10));
        Assert.Equal(["Group g of t is not idle.", "Group g of u is not idle."], incomplete.Waiting);
    }
}
