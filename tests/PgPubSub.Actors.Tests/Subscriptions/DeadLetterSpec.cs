using Akka.Actor;

namespace PgPubSub.Actors.Tests.Subscriptions;

public sealed class DeadLetterPostgresSpec : DeadLetterSpec;

public sealed class DeadLetterInMemorySpec : DeadLetterSpec
{
    protected override bool InMemory => true;
}

/// <summary>A consumer that buries an event does not wait for its last attempt.</summary>
public abstract class DeadLetterSpec : HubSpec
{
    [Theory]
    [InlineData("g")]
    [InlineData(null)]
    public async Task A_delivery_is_buried_at_its_first_attempt_with_the_reason_and_does_not_come_again(string? group)
    {
        var consumer = await SubscribeAsync(new Subscribe("t", group, Window: 1));
        await PublishAsync("t", 1, 2);
        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        consumer.Reply(delivery.DeadLetter("never", confirm: true));

        var next = await consumer.FishForMessageAsync<Delivery>(m => m.Offset == 1, Patience);
        Assert.Equal(1, next.Attempt);
        await AwaitConditionAsync(
            async () => (await DeadLettersAsync("t")).Select(d => (d.Event.Offset, d.Attempts, d.Reason)).SequenceEqual([(0, 1, "never")]), Patience, TimeSpan.FromMilliseconds(50));
        Assert.All((await AskHubAsync<GroupList>(new ListGroups("t"))).Groups, g => Assert.Equal(0, g.Retrying));
    }

    [Theory]
    [InlineData("g")]
    [InlineData(null)]
    public async Task A_burial_is_confirmed_after_its_commit_and_a_second_answer_is_refused(string? group)
    {
        var consumer = await SubscribeAsync(new Subscribe("t", group));
        await PublishAsync("t", 1);
        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        consumer.Reply(delivery.DeadLetter("never", confirm: true));
        await consumer.ExpectMsgAsync<AnswerConfirmed>(Patience);
        Assert.Single(await DeadLettersAsync("t"));

        consumer.Reply(delivery.Ack(confirm: true));
        Assert.False((await consumer.ExpectMsgAsync<AnswerRefused>(Patience)).OutcomeUnknown);
    }

    [Fact]
    public async Task A_retry_is_buried_with_its_hand_outs_so_far()
    {
        await PublishAsync("t", 1);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        consumer.Reply((await consumer.ExpectMsgAsync<Delivery>(Patience)).Nack("once", TimeSpan.Zero));
        consumer.Reply((await consumer.ExpectMsgAsync<Delivery>(Patience)).DeadLetter("never\0 again", confirm: true));
        await consumer.ExpectMsgAsync<AnswerConfirmed>(Patience);
        Assert.Equal([(2, "never  again")], (await DeadLettersAsync("t")).Select(d => (d.Attempts, d.Reason)));
    }
}
