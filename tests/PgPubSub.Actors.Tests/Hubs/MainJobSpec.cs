using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Hubs;

public sealed class MainJobPostgresSpec : MainJobSpec;

public sealed class MainJobInMemorySpec : MainJobSpec
{
    protected override bool InMemory => true;
}

public abstract class MainJobSpec : HubSpec
{
    private sealed record OrderPlaced(string Id, int Amount);

    [Fact]
    public async Task A_group_gets_what_was_published_before_and_after_it_subscribed()
    {
        Hub.Tell(new Publish("orders", new OrderPlaced("a", 1), Key: "a"), TestActor);
        var first = await ExpectMsgAsync<Published>(Patience);
        Assert.Equal(0, first.Offset);

        var consumer = CreateTestProbe();
        Hub.Tell(new Subscribe("orders", Group: "billing"), consumer);
        Assert.Equal(0, (await consumer.ExpectMsgAsync<Subscribed>(Patience)).Position);
        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal((0, first.EventId, 1, "a"), (delivery.Offset, delivery.EventId, delivery.Attempt, delivery.Key));
        Assert.Equal(new OrderPlaced("a", 1), delivery.As<OrderPlaced>());

        consumer.Reply(delivery.Ack(confirm: true));
        await consumer.ExpectMsgAsync<AnswerConfirmed>(Patience);
        Assert.Equal(0, Assert.Single((await AskHubAsync<GroupList>(new ListGroups("orders"))).Groups).InFlight);

        Hub.Tell(new Publish("orders", new OrderPlaced("b", 2)), TestActor);
        await ExpectMsgAsync<Published>(Patience);
        Assert.Equal(1, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }

    [Fact]
    public async Task A_nacked_message_comes_back_with_a_higher_attempt_and_is_buried_after_the_last()
    {
        Hub.Tell(new Publish("orders", new OrderPlaced("a", 1)), TestActor);
        await ExpectMsgAsync<Published>(Patience);
        var consumer = CreateTestProbe();
        var rules = GroupRules.Default with { Retry = GroupRules.Default.Retry with { MaxAttempts = 2 } };
        Hub.Tell(new Subscribe("orders", "billing", Rules: rules), consumer);
        await consumer.ExpectMsgAsync<Subscribed>(Patience);

        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        consumer.Reply(delivery.Nack("not now", TimeSpan.Zero));
        delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal((0, 2), (delivery.Offset, delivery.Attempt));
        consumer.Reply(delivery.Nack("never", confirm: true));
        await consumer.ExpectMsgAsync<AnswerConfirmed>(Patience);

        Assert.Equal([(2, "never")], (await DeadLettersAsync("orders")).Select(d => (d.Attempts, d.Reason)));
        Assert.True(Assert.Single((await AskHubAsync<GroupList>(new ListGroups("orders"))).Groups) is { InFlight: 0, Retrying: 0 });
    }

    [Fact]
    public async Task A_private_subscriber_gets_history_then_live_each_once_and_in_order()
    {
        Hub.Tell(new PublishAll("orders", Enumerable.Range(0, 1_200).Select(i => (object)new OrderPlaced("x", i))), TestActor);
        await ExpectMsgAsync<PublishedAll>(Patience);
        var consumer = CreateTestProbe();
        Hub.Tell(new Subscribe("orders", From: StartFrom.Offset(100), Window: 10), consumer);
        await consumer.ExpectMsgAsync<Subscribed>(Patience);
        for (var offset = 100; offset < 2_000; offset++)
        {
            if (offset is 700 or 1_100)
            {
                Hub.Tell(new PublishAll("orders", Enumerable.Range(0, 400).Select(i => (object)new OrderPlaced("y", i))), TestActor);
                await ExpectMsgAsync<PublishedAll>(Patience);
            }

            var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience, hint: $"offset {offset}");
            Assert.Equal(offset, delivery.Offset);
            consumer.Reply(delivery.Ack());
        }
    }
}
