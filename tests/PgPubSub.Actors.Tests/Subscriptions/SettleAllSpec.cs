using Akka.Actor;
using Akka.TestKit;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Subscriptions;

public sealed class SettleAllPostgresSpec : SettleAllSpec
{
    [Fact]
    public async Task What_is_known_when_the_time_is_over_is_told_and_the_rest_is_unknown()
    {
        var (_, deliveries) = await HandOutAsync(new Subscribe("t", "g"), 1);
        var (_, privates) = await HandOutAsync(new Subscribe("u"), 1);
        await RunAsync($"ALTER TABLE {Schema}.lease RENAME TO lease_away");

        var replies = await Delivery.SettleAllAsync([deliveries[0].Ack(), privates[0].Ack()], TimeSpan.FromMilliseconds(300));
        Assert.True(Assert.IsType<AnswerRefused>(replies[0]).OutcomeUnknown);
        Assert.IsType<AnswerConfirmed>(replies[1]);

        await RunAsync($"ALTER TABLE {Schema}.lease_away RENAME TO lease");
        await UntilAsync($"SELECT NOT EXISTS (SELECT FROM {Schema}.lease)"); // it went on all the same
        Assert.False(Assert.IsType<AnswerRefused>(Assert.Single(await Delivery.SettleAllAsync([deliveries[0].Ack()]))).OutcomeUnknown);
    }

    [Fact]
    public async Task A_wait_ends_with_its_token_while_the_answers_go_on()
    {
        var (_, deliveries) = await HandOutAsync(new Subscribe("t", "g"), 2);
        await RunAsync($"ALTER TABLE {Schema}.lease RENAME TO lease_away");
        using var cancel = new CancellationTokenSource();
        var waiting = Delivery.SettleAllAsync([deliveries[0].Ack(), deliveries[1].Ack()], cancel: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await RunAsync($"ALTER TABLE {Schema}.lease_away RENAME TO lease");
        await UntilAsync($"SELECT NOT EXISTS (SELECT FROM {Schema}.lease)");
    }

    [Fact]
    public async Task A_subscription_that_crashes_meanwhile_leaves_nobody_waiting()
    {
        var (consumer, deliveries) = await HandOutAsync(new Subscribe("t", "g"), 3);
        await RunAsync($"ALTER TABLE {Schema}.lease RENAME TO lease_away");
        var waiting = Delivery.SettleAllAsync(deliveries.Select(d => d.Ack()), Timeout.InfiniteTimeSpan);
        consumer.LastSender.Tell(Kill.Instance);

        Assert.All(await waiting.WaitAsync(Patience), reply => Assert.IsType<AnswerRefused>(reply));
        await RunAsync($"ALTER TABLE {Schema}.lease_away RENAME TO lease");
    }
}

public sealed class SettleAllInMemorySpec : SettleAllSpec
{
    protected override bool InMemory => true;
}

/// <summary>Many answers are given and awaited at once.</summary>
public abstract class SettleAllSpec : HubSpec
{
    [Fact]
    public async Task Whoever_asks_again_and_again_harms_nobody()
    {
        await PublishAsync("t", 1);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Watch(consumer.LastSender);

        await Parallel.ForAsync(0, 5_000, async (_, stop) => await Delivery.SettleAllAsync([delivery.Extend(TimeSpan.FromSeconds(30))], Patience, stop));

        Assert.IsType<AnswerConfirmed>(await delivery.SettleAsync(delivery.Ack(), Patience));
        Assert.False(HasMessages, "the subscription crashed");
    }

    private static readonly GroupRules Patient = new(TimeSpan.FromMinutes(1), new RetryRules(5, TimeSpan.FromHours(1), 1, TimeSpan.FromHours(1)));

    [Fact]
    public async Task Answers_of_every_kind_to_several_subscriptions_are_committed_and_told_in_their_order()
    {
        var (_, g) = await HandOutAsync(new Subscribe("t", "g", Rules: Patient), 4);
        var (_, h) = await HandOutAsync(new Subscribe("u", "h", Rules: Patient), 2);
        var (_, alone) = await HandOutAsync(new Subscribe("v", Rules: Patient), 3);
        Assert.IsType<AnswerConfirmed>(await h[0].SettleAsync(h[0].Ack())); // the second answer to it comes too late

        var replies = await Delivery.SettleAllAsync(
            [g[0].Ack(), h[0].Ack(), g[1].Nack("no"), alone[0].Ack(), g[2].DeadLetter("never"), alone[1].DeadLetter("never"), g[3].Extend(TimeSpan.FromMinutes(5)), h[1].Ack(), alone[2].Nack("no"), g[0].Nack("twice"), alone[0].Extend(TimeSpan.FromMinutes(1))]);

        Assert.Equal(11, replies.Count);
        foreach (var (reply, i) in replies.Select((reply, i) => (reply, i)))
        {
            if (i is 1 or 9 or 10)
                Assert.False(Assert.IsType<AnswerRefused>(reply).OutcomeUnknown);
            else
                Assert.IsType<AnswerConfirmed>(reply);
        }

        Assert.True((await GroupAsync("t", "g")) is { Retrying: 1, InFlight: 1 });
        Assert.True((await GroupAsync("u", "h")) is { Retrying: 0, InFlight: 0 });
        Assert.Single(await DeadLettersAsync("t"));
        Assert.Single(await DeadLettersAsync("v"));
        Assert.True(g[0].IsAnswered && h[1].IsAnswered);
        Assert.False(g[3].IsAnswered);
    }

    [Fact]
    public async Task What_comes_after_the_deadline_is_refused_alone()
    {
        var (consumer, deliveries) = await HandOutAsync(new Subscribe("t", "g", Rules: Patient with { AckDeadline = TimeSpan.FromSeconds(1) }), 3);
        Assert.IsType<AnswerConfirmed>(await deliveries[1].SettleAsync(deliveries[1].Extend(TimeSpan.FromMinutes(1))));
        await consumer.ExpectMsgAsync<DeliveryRevoked>(Patience);
        await consumer.ExpectMsgAsync<DeliveryRevoked>(Patience);

        var replies = await Delivery.SettleAllAsync(deliveries.Select(d => d.Ack()));

        Assert.IsType<AnswerConfirmed>(replies[1]);
        Assert.All([replies[0], replies[2]], reply => Assert.False(Assert.IsType<AnswerRefused>(reply).OutcomeUnknown));
    }

    [Fact]
    public async Task A_subscription_that_is_over_keeps_nobody_waiting()
    {
        foreach (var group in new[] { "g", null })
        {
            var (consumer, deliveries) = await HandOutAsync(new Subscribe("t", group, StartFrom.Latest), 1);
            var watcher = CreateTestProbe();
            watcher.Watch(consumer.LastSender);
            Hub.Tell(new Unsubscribe("t", group), consumer);
            await watcher.ExpectTerminatedAsync(consumer.LastSender, Patience);

            var replies = await Delivery.SettleAllAsync([deliveries[0].Ack(), deliveries[0].Ack()], Timeout.InfiniteTimeSpan).WaitAsync(Patience);
            Assert.All(replies, reply => Assert.Contains("subscription is over", Assert.IsType<AnswerRefused>(reply).Reason, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_running_handler_keeps_its_place_until_it_ends()
    {
        var consumer = await SubscribeAsync(new Subscribe("t", "g", Window: 1));
        await PublishAsync("t", 0, 1);
        var first = await consumer.ExpectMsgAsync<Delivery>(Patience);
        first.BeginHandling();
        Assert.IsType<AnswerConfirmed>(Assert.Single(await Delivery.SettleAllAsync([first.Ack()])));
        await consumer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(200));
        first.EndHandling();
        Assert.Equal(1, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }

    [Fact]
    public async Task Nothing_to_answer_is_answered_and_nonsense_is_refused_before_anything_is_given()
    {
        var (_, deliveries) = await HandOutAsync(new Subscribe("t", "g"), 1);
        Assert.Empty(await Delivery.SettleAllAsync([]));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Delivery.SettleAllAsync(null!));
        await Assert.ThrowsAsync<ArgumentException>(() => Delivery.SettleAllAsync([deliveries[0].Ack(), null!]));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Delivery.SettleAllAsync([deliveries[0].Ack()], TimeSpan.Zero));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Delivery.SettleAllAsync([deliveries[0].Ack()], cancel: new CancellationToken(canceled: true)));
        Assert.False(deliveries[0].IsAnswered);
        Assert.IsType<AnswerConfirmed>(await deliveries[0].SettleAsync(deliveries[0].Ack()));
    }

    private async Task<GroupStatus> GroupAsync(string topic, string group) => Assert.Single((await AskHubAsync<GroupList>(new ListGroups(topic, group))).Groups);
}
