using Akka.Actor;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Subscriptions;

public sealed class PrivatePostgresSpec : PrivateSpec
{
    [Fact]
    public async Task Overtaken_because_its_node_was_silent_too_long_it_is_told_and_goes_on()
    {
        await PublishAsync("t", Enumerable.Range(0, 2_000));
        var reader = await SubscribeAsync(new Subscribe("t", From: StartFrom.Earliest, Window: 1));
        var delivery = await reader.ExpectMsgAsync<Delivery>(Patience);
        await AskHubAsync<TopicAltered>(new AlterTopic("t", new Core.Topics.Retention { Count = 0 }));
        await RunAsync($"""
            BEGIN;
            UPDATE {Schema}.event SET published_at = published_at - interval '2 hours';
            DELETE FROM {Schema}.mark; -- as a takeover does
            SELECT {Schema}.raise_floor_v2(id) FROM {Schema}.topic;
            DELETE FROM {Schema}.event e USING {Schema}.topic t WHERE e."offset" < t.floor;
            COMMIT
            """);

        HistoryTrimmed? told = null;
        while (delivery.Offset < 1_999)
        {
            delivery.Settle(delivery.Ack());
            switch (await reader.ReceiveOneAsync(Patience))
            {
                case Delivery next:
                    Assert.True(told is null ? next.Offset == delivery.Offset + 1 : next.Offset > delivery.Offset);
                    delivery = next;
                    break;
                case HistoryTrimmed trimmed:
                    told = trimmed;
                    break;
                case null:
                    Assert.Fail("Nothing comes any more.");
                    break;
            }
        }

        Assert.Equal(1_999, told?.To);
    }

    [Fact]
    public async Task Nothing_is_written_for_its_deliveries()
    {
        var consumer = await SubscribeAsync(new Subscribe("t"));
        await PublishAsync("t", Enumerable.Range(0, 100));
        for (var i = 0; i < 100; i++)
            consumer.Reply((await consumer.ExpectMsgAsync<Delivery>(Patience)).Ack());
        Assert.Equal(0L, await AskAsync<long>($"SELECT (SELECT count(*) FROM {Schema}.lease) + (SELECT count(*) FROM {Schema}.cursor) + (SELECT count(*) FROM {Schema}.subscription) + (SELECT count(*) FROM {Schema}.retry)"));
    }
}

public sealed class PrivateInMemorySpec : PrivateSpec
{
    protected override bool InMemory => true;
}

public abstract class PrivateSpec : HubSpec
{
    [Fact]
    public async Task Without_a_start_it_gets_what_is_published_from_now_on()
    {
        await PublishAsync("t", 1, 2);
        var consumer = await SubscribeAsync(new Subscribe("t"));
        await PublishAsync("t", 3);
        Assert.Equal(2, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }

    [Fact]
    public async Task It_starts_at_a_time()
    {
        await PublishAsync("t", 1, 2);
        await MakeOldAsync();
        await PublishAsync("t", 3);
        var third = (await AskHubAsync<HistoryPage>(new ReadHistory("t"))).Events[2];
        var consumer = await SubscribeAsync(new Subscribe("t", From: StartFrom.Time(third.PublishedAt - TimeSpan.FromHours(1))));
        Assert.Equal(2, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }

    [Fact]
    public async Task Every_subscriber_gets_every_event_in_order_however_slow_the_others_are()
    {
        var consumers = new List<Akka.TestKit.TestProbe>();
        for (var i = 0; i < 5; i++)
            consumers.Add(await SubscribeAsync(new Subscribe("t", Window: 1 + (i * 50))));
        for (var i = 0; i < 30; i++)
            await PublishAsync("t", Enumerable.Range(i * 50, 50));
        foreach (var consumer in consumers)
        {
            for (var offset = 0; offset < 1_500; offset++)
            {
                var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
                Assert.Equal((offset, offset), (delivery.Offset, delivery.As<Number>().Value));
                consumer.Reply(delivery.Ack());
            }
        }
    }

    [Fact]
    public async Task A_message_it_nacks_comes_back_and_is_buried_under_its_name_while_later_ones_flow()
    {
        var rules = new GroupRules(TimeSpan.FromSeconds(30), new RetryRules(2, TimeSpan.Zero, 1, TimeSpan.Zero));
        var consumer = await SubscribeAsync(new Subscribe("t", Rules: rules));
        await PublishAsync("t", 1, 2);
        var first = await consumer.ExpectMsgAsync<Delivery>(Patience);
        consumer.Reply(first.Nack("no"));
        Assert.Equal(1, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
        var again = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal((0, 2), (again.Offset, again.Attempt));
        consumer.Reply(again.Nack("never"));
        await AwaitConditionAsync(async () => (await DeadLettersAsync("t")).Count == 1, Patience, TimeSpan.FromMilliseconds(50));
        var letter = (await DeadLettersAsync("t"))[0];
        Assert.Equal((0L, false, 2, "never"), (letter.Event.Offset, letter.IsGroup, letter.Attempts, letter.Reason));
        Assert.Matches("^private subscriber .+ on .+$", letter.Subscriber);
    }

    [Fact]
    public async Task One_that_unsubscribes_right_after_its_failures_has_all_its_dead_letters()
    {
        await PublishAsync("t", Enumerable.Range(0, 5));
        var reader = await SubscribeAsync(new Subscribe("t", From: StartFrom.Earliest));
        for (var i = 0; i < 5; i++)
        {
            var delivery = await reader.ExpectMsgAsync<Delivery>(Patience);
            delivery.Settle(delivery.DeadLetter("no"));
        }

        Hub.Tell(new Unsubscribe("t"), reader);
        await reader.ExpectMsgAsync<Unsubscribed>(Patience);

        await AwaitConditionAsync(async () => (await DeadLettersAsync("t")).Count == 5, Patience, TimeSpan.FromMilliseconds(50));
    }
}
