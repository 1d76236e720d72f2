using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace PgPubSub.Actors.Tests.Topics;

/// <summary>What stood in the mailbox of an actor that stopped is answered, however early that was.</summary>
public sealed class UnreadSpec() : TestKit($$"""
    akka.loglevel = OFF
    akka.actor.deployment { "/*/unread" { dispatcher = held } }
    held { type = "{{typeof(HeldDispatcherConfigurator).AssemblyQualifiedName}}" }
    """)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_publish_is_rejected_also_where_nobody_who_answers_for_the_stopped_has_begun_to_run()
    {
        var hub = PgPubSubHub.Start(Sys, new PgPubSubOptions().UseInMemory());
        hub.Tell(new Publish("t", 1), TestActor);
        await ExpectMsgAsync<Published>(Patience);
        var publisher = LastSender;
        Watch(publisher);

        publisher.Tell(PoisonPill.Instance);
        publisher.Tell(new Publish("t", 2), TestActor);
        await ExpectTerminatedAsync(publisher, Patience);
        ((HeldDispatcher)Sys.Dispatchers.Lookup("held")).Release();

        Assert.True((await ExpectMsgAsync<PublishRejected>(Patience)).CanRetry);
    }
}
