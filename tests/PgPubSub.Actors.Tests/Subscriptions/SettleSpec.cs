using Akka.Actor;
using Akka.TestKit;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Subscriptions;

/// <summary>A delivery is settled from anywhere, not only by the actor that got it.</summary>
public sealed class SettleSpec : HubSpec
{
    private static readonly GroupRules Impatient = new(TimeSpan.FromSeconds(1), new RetryRules(0, TimeSpan.FromHours(1), 1, TimeSpan.FromHours(1)));

    [Theory]
    [InlineData("g")]
    [InlineData(null)]
    public async Task An_answer_from_a_thread_without_an_actor_is_taken_and_awaited_until_the_commit(string? group)
    {
        var (_, deliveries) = await HandOutAsync(new Subscribe("t", group), 3);

        Assert.IsType<AnswerConfirmed>(await Task.Run(() => deliveries[0].SettleAsync(deliveries[0].Ack())));
        Assert.IsType<AnswerConfirmed>(await Task.Run(() => deliveries[1].SettleAsync(deliveries[1].DeadLetter("never"))));
        Assert.Equal(1L, await AskAsync<long>($"SELECT count(*) FROM {Schema}.dead_letter WHERE \"offset\" = 1"));
        Assert.IsType<AnswerConfirmed>(await Task.Run(() => deliveries[2].SettleAsync(deliveries[2].Nack("no", TimeSpan.FromHours(1)))));
        Assert.Equal(group is null ? 0L : 1L, await AskAsync<long>($"SELECT count(*) FROM {Schema}.retry"));
    }

    [Fact]
    public async Task What_is_settled_without_waiting_is_settled_too()
    {
        var (_, deliveries) = await HandOutAsync(new Subscribe("t", "g"), 1);
        await Task.Run(() => deliveries[0].Settle(deliveries[0].DeadLetter("never")));
        await UntilAsync($"SELECT EXISTS (SELECT FROM {Schema}.dead_letter)");
    }

    [Fact]
    public async Task Of_many_answers_at_once_one_counts()
    {
        var (_, deliveries) = await HandOutAsync(new Subscribe("t", "g"), 1);
        var delivery = deliveries[0];
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => delivery.SettleAsync(i % 2 == 0 ? delivery.Ack() : delivery.Nack("no")))));
        Assert.Single(replies.OfType<AnswerConfirmed>());
        Assert.All(replies.OfType<AnswerRefused>(), refused => Assert.False(refused.OutcomeUnknown));
    }

    [Theory]
    [InlineData("g")]
    [InlineData(null)]
    public async Task An_extension_is_confirmed_and_counts(string? group)
    {
        var (consumer, deliveries) = await HandOutAsync(new Subscribe("t", group, Rules: Impatient), 2);
        Assert.IsType<AnswerConfirmed>(await deliveries[0].SettleAsync(deliveries[0].Extend(TimeSpan.FromMinutes(1))));

        Assert.Equal(1, (await consumer.ExpectMsgAsync<DeliveryRevoked>(Patience)).Delivery.Offset);

        Assert.Contains("not the consumer's any more", Assert.IsType<AnswerRefused>(await deliveries[1].SettleAsync(deliveries[1].Extend(TimeSpan.FromMinutes(1)))).Reason, StringComparison.Ordinal);
        Assert.False(Assert.IsType<AnswerRefused>(await deliveries[1].SettleAsync(deliveries[1].Ack())).OutcomeUnknown);
        Assert.IsType<AnswerConfirmed>(await deliveries[0].SettleAsync(deliveries[0].Ack()));
    }

    [Fact]
    public async Task Another_deliverys_answer_is_refused_even_where_it_has_the_same_number()
    {
        var (_, ours) = await HandOutAsync(new Subscribe("t", "g"), 2);
        var other = await SubscribeAsync(new Subscribe("t", "h"));
        var theirs = await other.ExpectMsgAsync<Delivery>(Patience);
        Assert.Throws<ArgumentException>(() => ours[0].Settle(ours[1].Ack()));
        Assert.Throws<ArgumentException>(() => ours[0].Settle(theirs.Ack()));
        Assert.Throws<ArgumentNullException>(() => ours[0].Settle(null!));
        await Assert.ThrowsAsync<ArgumentException>(() => ours[0].SettleAsync(theirs.Extend(TimeSpan.FromSeconds(1))));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ours[0].SettleAsync(ours[0].Ack(), TimeSpan.Zero));
        Assert.IsType<AnswerConfirmed>(await ours[0].SettleAsync(ours[0].Ack()));
    }

    [Fact]
    public async Task A_wait_ends_with_its_timeout_or_its_token_while_the_answer_goes_on()
    {
        var (_, deliveries) = await HandOutAsync(new Subscribe("t", "g"), 2);
        await RunAsync($"ALTER TABLE {Schema}.lease RENAME TO lease_away");
        Assert.True(Assert.IsType<AnswerRefused>(await deliveries[0].SettleAsync(deliveries[0].Ack(), TimeSpan.FromMilliseconds(200))).OutcomeUnknown);
        using var cancel = new CancellationTokenSource();
        var waiting = deliveries[1].SettleAsync(deliveries[1].Ack(), cancel: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await RunAsync($"ALTER TABLE {Schema}.lease_away RENAME TO lease");
        await UntilAsync($"SELECT NOT EXISTS (SELECT FROM {Schema}.lease)");
        Assert.Equal(0L, await AskAsync<long>($"SELECT count(*) FROM {Schema}.retry"));
    }

    [Theory]
    [InlineData("g")]
    [InlineData(null)]
    public async Task A_subscription_that_is_over_keeps_nobody_waiting(string? group)
    {
        var (consumer, deliveries) = await HandOutAsync(new Subscribe("t", group), 1);
        var (delivery, watcher) = (deliveries[0], CreateTestProbe());
        watcher.Watch(consumer.LastSender);
        Hub.Tell(new Unsubscribe("t", group), consumer);
        await watcher.ExpectTerminatedAsync(consumer.LastSender, Patience);

        foreach (var answer in new IAnswer[] { delivery.Ack(), delivery.Nack("no"), delivery.DeadLetter("never"), delivery.Extend(TimeSpan.FromMinutes(1)) })
        {
            var reply = await delivery.SettleAsync(answer, Timeout.InfiniteTimeSpan).WaitAsync(Patience);
            Assert.Contains("subscription is over", Assert.IsType<AnswerRefused>(reply).Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_actor_that_settles_hears_itself_of_a_refusal()
    {
        var (_, deliveries) = await HandOutAsync(new Subscribe("t", "g"), 1);
        Assert.IsType<AnswerConfirmed>(await deliveries[0].SettleAsync(deliveries[0].Ack()));
        var teller = Sys.ActorOf(Props.Create(() => new Teller(TestActor)));
        teller.Tell(deliveries[0]);
        await ExpectMsgAsync<AnswerRefused>(Patience);
    }

    private sealed class Teller : ReceiveActor
    {
        public Teller(IActorRef listener)
        {
            Receive<Delivery>(m => m.Settle(m.Nack("too late")));
            ReceiveAny(listener.Tell);
        }
    }
}
