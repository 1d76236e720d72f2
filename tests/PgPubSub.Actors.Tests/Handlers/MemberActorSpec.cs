using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Handlers;

namespace PgPubSub.Actors.Tests.Handlers;

/// <summary>What keeps an application's actor a member, with the spec as the hub.</summary>
public sealed class MemberActorSpec() : TestKit("""akka { loglevel = OFF, scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" }""")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task It_asks_again_where_that_can_help_and_ends_with_the_actor()
    {
        var consumer = CreateTestProbe();
        var member = Watch(Sys.ActorOf(MemberActor.Props(TestActor, new Subscribe("t", "g", Window: 3, Consumer: consumer), consumer)));
        var first = await ExpectMsgAsync<Subscribe>(Patience);
        Assert.Equal(new Subscribe("t", "g", Window: 3, Consumer: consumer), first);

        LastSender.Tell(new SubscribeRejected("t", "g", "The database is away.", CanRetry: true), TestActor);
        await LetItComeAsync(member);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(first, await ExpectMsgAsync<Subscribe>(Patience));
        LastSender.Tell(new Subscribed("t", "g", 0), TestActor);
        Sys.Stop(consumer);

        Assert.Equal(member, (await ExpectMsgAsync<Terminated>(Patience)).ActorRef);
    }

    [Fact]
    public async Task It_does_not_where_it_can_not()
    {
        var consumer = CreateTestProbe();
        var member = Watch(Sys.ActorOf(MemberActor.Props(TestActor, new Subscribe("t", "g", Consumer: consumer), consumer)));
        await ExpectMsgAsync<Subscribe>(Patience);
        LastSender.Tell(new SubscribeRejected("t", "g", "No.", CanRetry: false), TestActor);

        await LetItComeAsync(member);
        Clock.Advance(TimeSpan.FromHours(1));
        await LetItComeAsync(member); // nothing but the answer has come
    }

    private async Task LetItComeAsync(IActorRef member)
    {
        member.Tell(new Identify(null), TestActor);
        await ExpectMsgAsync<ActorIdentity>(Patience);
    }
}
