using Akka.Actor;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Subscriptions;

public sealed class GroupPostgresSpec : GroupSpec;

public sealed class GroupInMemorySpec : GroupSpec
{
    protected override bool InMemory => true;
}

public abstract class GroupSpec : HubSpec
{
    private static readonly GroupRules Impatient = new(TimeSpan.FromMilliseconds(300), new RetryRules(5, TimeSpan.Zero, 1, TimeSpan.Zero));

    [Fact]
    public async Task Members_share_the_work_and_each_event_goes_to_one_of_them()
    {
        await PublishAsync("t", Enumerable.Range(0, 500));
        var other = CreateTestProbe();
        var one = await SubscribeAsync(new Subscribe("t", "g", Window: 10));
        Hub.Tell(new Subscribe("t", "g", Window: 10), other);
        await other.ExpectMsgAsync<Subscribed>(Patience);

        List<long> first = [], second = [];
        using var late = new CancellationTokenSource(Patience);
        while (first.Count + second.Count < 500)
        {
            late.Token.ThrowIfCancellationRequested();
            foreach (var (probe, seen) in new[] { (one, first), (other, second) })
            {
                if (await probe.ReceiveOneAsync(TimeSpan.FromMilliseconds(10)) is not Delivery delivery)
                    continue;
                seen.Add(delivery.Offset);
                delivery.Settle(delivery.Ack());
            }
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(i => (long)i), first.Concat(second).Order());
        Assert.True(first.Count > 50 && second.Count > 50, $"{first.Count} and {second.Count}");
    }

    [Fact]
    public async Task A_window_bounds_what_a_consumer_holds()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var consumer = await SubscribeAsync(new Subscribe("t", "g", Window: 3));
        var held = new List<Delivery>();
        for (var i = 0; i < 3; i++)
            held.Add(await consumer.ExpectMsgAsync<Delivery>(Patience));
        var subscription = consumer.LastSender;
        await consumer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(200));
        subscription.Tell(held[1].Ack(), consumer);
        Assert.Equal(3, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
        await consumer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task A_missed_deadline_revokes_the_delivery_and_brings_the_message_back_with_a_higher_attempt()
    {
        await PublishAsync("t", 1);
        var consumer = await SubscribeAsync(new Subscribe("t", "g", Rules: Impatient));
        var late = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal(late.Offset, (await consumer.ExpectMsgAsync<DeliveryRevoked>(Patience)).Delivery.Offset);
        var again = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal((late.EventId, 2), (again.EventId, again.Attempt));

        consumer.Reply(late.Ack(confirm: true));
        Assert.False((await consumer.FishForMessageAsync<AnswerRefused>(_ => true, Patience)).OutcomeUnknown);
    }

    [Fact]
    public async Task An_extended_delivery_is_not_revoked()
    {
        var rules = Impatient with { AckDeadline = TimeSpan.FromSeconds(1) }; // there must be time to extend it
        var (consumer, deliveries) = await HandOutAsync(new Subscribe("t", "g", Rules: rules), 2);
        var subscription = consumer.LastSender;

        subscription.Tell(deliveries[0].Extend(TimeSpan.FromMinutes(1)), consumer);
        Assert.Equal(1, (await consumer.ExpectMsgAsync<DeliveryRevoked>(Patience)).Delivery.Offset); // the other's deadline, which was the same, is over
        subscription.Tell(deliveries[0].Ack(confirm: true), consumer);
        await consumer.FishForMessageAsync<AnswerConfirmed>(_ => true, Patience);
    }

    [Fact]
    public async Task A_second_answer_and_a_strangers_answer_are_refused()
    {
        await PublishAsync("t", 1);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        consumer.Reply(delivery.Ack(confirm: true));
        await consumer.ExpectMsgAsync<AnswerConfirmed>(Patience);
        consumer.Reply(delivery.Ack());
        await consumer.ExpectMsgAsync<AnswerRefused>(Patience);
        consumer.Reply(delivery.Nack("too late", confirm: true));
        await consumer.ExpectMsgAsync<AnswerRefused>(Patience);
        await UntilGroupAsync("t", "g", g => g is { Retrying: 0, InFlight: 0 });
    }

    [Fact]
    public async Task A_consumer_that_stops_gives_back_what_it_held_with_one_attempt_more_and_the_rest_as_it_was()
    {
        await PublishAsync("t", Enumerable.Range(0, 5));
        var stopping = await SubscribeAsync(new Subscribe("t", "g", Window: 2));
        await stopping.ExpectMsgAsync<Delivery>(Patience);
        await stopping.ExpectMsgAsync<Delivery>(Patience);
        Sys.Stop(stopping);

        var next = await SubscribeAsync(new Subscribe("t", "g", Window: 10));
        var attempts = new SortedDictionary<long, int>();
        while (attempts.Count < 5)
        {
            var delivery = await next.ExpectMsgAsync<Delivery>(Patience);
            attempts.Add(delivery.Offset, delivery.Attempt);
            next.Reply(delivery.Ack());
        }

        Assert.Equal([2, 2, 1, 1, 1], attempts.Values);
    }

    [Fact]
    public async Task An_unsubscribed_consumer_gets_nothing_more_and_its_group_keeps_its_place()
    {
        await PublishAsync("t", 0);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        consumer.Reply(delivery.Ack(confirm: true));
        await consumer.ExpectMsgAsync<AnswerConfirmed>(Patience);
        Hub.Tell(new Unsubscribe("t", "g"), consumer);
        await consumer.ExpectMsgAsync<Unsubscribed>(Patience);
        await PublishAsync("t", 1);
        await consumer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(300));

        var next = await SubscribeAsync(new Subscribe("t", "g"));
        Assert.Equal(1, (await next.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }

    [Fact]
    public async Task What_an_unsubscribed_consumer_still_held_is_revoked()
    {
        await PublishAsync("t", 0);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        var held = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Hub.Tell(new Unsubscribe("t", "g"), consumer);
        Assert.Equal(held.Offset, (await consumer.ExpectMsgAsync<DeliveryRevoked>(Patience)).Delivery.Offset);
        await consumer.ExpectMsgAsync<Unsubscribed>(Patience);
    }

    [Fact]
    public async Task Groups_of_one_topic_and_groups_of_one_name_are_independent()
    {
        await PublishAsync("a", 1, 2);
        await PublishAsync("b", 3);
        var first = await SubscribeAsync(new Subscribe("a", "g"));
        var second = await SubscribeAsync(new Subscribe("a", "h", From: StartFrom.Offset(1)));
        var third = await SubscribeAsync(new Subscribe("b", "g"));
        Assert.Equal(1, (await first.ExpectMsgAsync<Delivery>(Patience)).As<Number>().Value);
        Assert.Equal(2, (await second.ExpectMsgAsync<Delivery>(Patience)).As<Number>().Value);
        Assert.Equal(3, (await third.ExpectMsgAsync<Delivery>(Patience)).As<Number>().Value);
    }

    [Theory]
    [InlineData("", "g", null, null, "topic is empty")]
    [InlineData("t", "", null, null, "group is empty")]
    [InlineData("t", "a\tb", null, null, "group has a control character")]
    [InlineData("t", "g", -1L, null, "negative")]
    [InlineData("t", "g", null, 0, "Window")]
    [InlineData("t", null, null, 10_001, "Window")]
    public async Task A_bad_request_is_rejected_by_name(string topic, string? group, long? from, int? window, string expected)
    {
        Hub.Tell(new Subscribe(topic, group, from is { } offset ? StartFrom.Offset(offset) : null, window), TestActor);
        var rejected = await ExpectMsgAsync<SubscribeRejected>(Patience);
        Assert.Contains(expected, rejected.Reason, StringComparison.Ordinal);
        Assert.False(rejected.CanRetry);
    }

    [Fact]
    public async Task A_consumer_can_be_a_member_only_once()
    {
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        Hub.Tell(new Subscribe("t", "g"), consumer);
        await consumer.ExpectMsgAsync<SubscribeRejected>(Patience);
    }
}
