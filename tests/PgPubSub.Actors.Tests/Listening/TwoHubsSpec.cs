using Akka.Actor;
using Akka.TestKit;
using Npgsql;

namespace PgPubSub.Actors.Tests.Listening;

/// <summary>Two nodes on one database that poll so seldom that only a wake-up or a catch-up can be in time.</summary>
public abstract class TwoHubsSpec : HubSpec
{
    /// <summary>The node that hears of what the spec's other hub publishes.</summary>
    protected IActorRef Listener { get; private set; } = ActorRefs.Nobody;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await PublishAsync("t", 0); // the schema is there, and the topic
        Listener = PgPubSubHub.Start(Sys, ListenerOptions(), "listener");
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.PollInterval = TimeSpan.FromMinutes(1);
        return options;
    }

    protected virtual PgPubSubOptions ListenerOptions()
    {
        var options = Options();
        options.NodeName = "listener";
        return options;
    }

    /// <summary>Subscribes at the listening node, with topic t's first event handled.</summary>
    protected async Task<TestProbe> ConsumerAsync()
    {
        var consumer = CreateTestProbe();
        Listener.Tell(new Subscribe("t", "g"), consumer);
        await consumer.ExpectMsgAsync<Subscribed>(Patience);
        consumer.Reply((await consumer.ExpectMsgAsync<Delivery>(Patience)).Ack());
        return consumer;
    }

    /// <summary>Publishes at the other node and waits until the consumer here has it.</summary>
    protected async Task CrossAsync(TestProbe consumer, int number)
    {
        await PublishAsync("t", number);
        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal(number, delivery.As<Number>().Value);
        consumer.Reply(delivery.Ack());
    }

    protected Task UntilListeningAsync() => UntilAsync($"EXISTS (SELECT FROM {Schema}.node WHERE name = 'listener' AND keeps_lock)");

    protected static string As(string connectionString, string role) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Username = role, Password = "listen" }.ConnectionString;
}
