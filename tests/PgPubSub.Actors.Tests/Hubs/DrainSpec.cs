using Akka.Actor;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Hubs;

public sealed class DrainPostgresSpec : DrainSpec;

public sealed class DrainInMemorySpec : DrainSpec
{
    protected override bool InMemory => true;
}

/// <summary>A node that stops in order.</summary>
public abstract class DrainSpec : HubSpec
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActorSystem _system = null!;
    private IActorRef _node = ActorRefs.Nobody;

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.DrainTimeout = TimeSpan.FromSeconds(2);
        return options;
    }

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _node = StartOther(out _system);
    }

    public override async Task DisposeAsync()
    {
        await _system.Terminate();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task It_waits_for_what_its_consumers_hold_and_gives_back_at_once_what_nobody_got()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var consumer = CreateTestProbe();
        await _node.Ask<Subscribed>(new Subscribe("t", "g", Window: 2, Consumer: consumer), Patience);
        var (first, second) = (await consumer.ExpectMsgAsync<Delivery>(Patience), await consumer.ExpectMsgAsync<Delivery>(Patience));

        Stop();
        await UntilGroupAsync("t", "g", g => g.InFlight == 2);
        first.Settle(first.Ack());
        Assert.IsType<AnswerConfirmed>(await second.SettleAsync(second.Ack()));

        Assert.Equal("The node stops.", (await consumer.ExpectMsgAsync<SubscriptionEnded>(Patience)).Reason);
        await _stopped.Task.WaitAsync(Patience);
        var heir = await SubscribeAsync(new Subscribe("t", "g"));
        for (var i = 0; i < 8; i++)
        {
            var delivery = await heir.ExpectMsgAsync<Delivery>(Patience);
            Assert.Equal(1, delivery.Attempt);
            Assert.InRange(delivery.Offset, 2, 9);
            delivery.Settle(delivery.Ack());
        }
    }

    [Fact]
    public async Task What_nobody_answers_in_time_goes_back_with_one_attempt_more()
    {
        await PublishAsync("t", 1);
        var consumer = CreateTestProbe();
        await _node.Ask<Subscribed>(new Subscribe("t", "g", Consumer: consumer), Patience);
        await consumer.ExpectMsgAsync<Delivery>(Patience);

        Stop();

        await consumer.FishForMessageAsync<SubscriptionEnded>(_ => true, Patience);
        await consumer.FishForMessageAsync<DeliveryRevoked>(_ => true, Patience);
        await _stopped.Task.WaitAsync(Patience);
        var heir = await SubscribeAsync(new Subscribe("t", "g"));
        Assert.Equal(2, (await heir.ExpectMsgAsync<Delivery>(Patience)).Attempt);
    }

    [Fact]
    public async Task What_was_told_to_publish_is_published_and_what_comes_later_is_rejected()
    {
        await PublishAsync("t", 0);
        var publisher = CreateTestProbe();
        for (var i = 0; i < 50; i++)
            _node.Tell(new Publish("t", new Number(i)), publisher);
        Stop();

        for (var i = 0; i < 50; i++)
            await publisher.FishForMessageAsync<Published>(_ => true, Patience);
        await _stopped.Task.WaitAsync(Patience);
        Assert.Equal(51, Assert.Single((await AskHubAsync<TopicList>(new ListTopics("t"))).Topics).Tail);
    }

    [Fact]
    public async Task A_private_subscriber_may_still_answer_and_is_told()
    {
        await PublishAsync("t", 0);
        var reader = CreateTestProbe();
        await _node.Ask<Subscribed>(new Subscribe("t", From: StartFrom.Earliest, Consumer: reader), Patience);
        var delivery = await reader.ExpectMsgAsync<Delivery>(Patience);

        Stop();
        Assert.IsType<AnswerConfirmed>(await delivery.SettleAsync(delivery.DeadLetter("no")));

        await reader.ExpectMsgAsync<SubscriptionEnded>(Patience);
        Assert.Single(await DeadLettersAsync("t"));
    }

    private void Stop() => _ = Task.Run(async () =>
    {
        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        _stopped.SetResult();
    });
}
