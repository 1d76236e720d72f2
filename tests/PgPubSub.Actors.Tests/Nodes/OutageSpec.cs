using Akka.Actor;
using Akka.TestKit.Xunit2;
using PgPubSub.Testing;

namespace PgPubSub.Actors.Tests.Nodes;

public sealed class OutageSpec() : TestKit("akka.loglevel = ERROR"), IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ThrowawayServer _server = null!;

    public async Task InitializeAsync() => _server = await ThrowawayServer.StartAsync();

    public async Task DisposeAsync()
    {
        await CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task With_the_server_down_at_start_work_begins_when_it_is_there()
    {
        await _server.StopAsync(StopMode.Fast);
        var hub = PgPubSubHub.Start(Sys, new PgPubSubOptions { ConnectionString = _server.ConnectionString });
        hub.Tell(new Publish("t", new Number(1)), TestActor);
        var consumer = CreateTestProbe();
        hub.Tell(new Subscribe("t", "g"), consumer);
        await AwaitConditionAsync(async () => (await hub.Ask<Health>(GetHealth.Instance)) is { IsHealthy: false, Problem: "PostgreSQL can't be reached." }, Patience);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(300));

        await _server.RestartAsync();

        Assert.Equal(0, (await ExpectMsgAsync<Published>(Patience)).Offset);
        await consumer.ExpectMsgAsync<Subscribed>(Patience);
        Assert.Equal(0, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
        await AwaitConditionAsync(async () => (await hub.Ask<Health>(GetHealth.Instance)).IsHealthy, Patience);
    }

    [Fact]
    public async Task A_server_that_is_killed_in_the_middle_loses_nothing_and_doubles_nothing()
    {
        const int rounds = 5, each = 200;
        var hub = PgPubSubHub.Start(Sys, new PgPubSubOptions { ConnectionString = _server.ConnectionString });
        var consumer = CreateTestProbe();
        hub.Tell(new Subscribe("t", "g"), consumer);
        await consumer.ExpectMsgAsync<Subscribed>(Patience);
        var confirmed = new Dictionary<Guid, long>();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < each; i++)
                hub.Tell(new Publish("t", new Number((round * each) + i)), TestActor);
            if (round % 2 == 1)
            {
                await _server.KillAsync();
                await _server.RestartAsync();
            }
        }

        for (var i = 0; i < rounds * each; i++)
        {
            var published = await ExpectMsgAsync<Published>(Patience);
            confirmed.Add(published.EventId, published.Offset);
        }

        Assert.Equal(Enumerable.Range(0, rounds * each).Select(i => (long)i), confirmed.Values.Order());

        var handled = new Dictionary<Guid, int>();
        while (handled.Count < confirmed.Count)
        {
            if (await consumer.ReceiveOneAsync(Patience) is not { } message)
                break;
            if (message is not Delivery delivery)
                continue;
            Assert.Equal(confirmed[delivery.EventId], delivery.Offset);
            Assert.True(delivery.Attempt > handled.GetValueOrDefault(delivery.EventId), "a repetition carries a higher attempt");
            handled[delivery.EventId] = delivery.Attempt;
            consumer.Reply(delivery.Ack());
        }

        Assert.Equal(confirmed.Keys.Order(), handled.Keys.Order());
    }
}
