using Akka.Actor;
using Akka.TestKit;
using PgPubSub.Actors;
using PgPubSub.Actors.Subscriptions;

namespace PgPubSub.Streams.Tests.Groups;

/// <summary>What a member of a group makes of what its subscription says.</summary>
public sealed class GroupStageSpec : PlayedSpec
{
    private static readonly GroupSourceOptions Played = new() { Instance = Instance };

    [Fact]
    public async Task What_was_on_its_way_when_it_stopped_goes_back_too_and_is_waited_for()
    {
        var (control, probe) = Run(PgPubSubSource.Group(Sys, "t", "g", Played));
        await probe.RequestAsync(1);
        var consumer = await SubscribedAsync();
        var early = HandOut(consumer, "g", 0, 1);
        await probe.ExpectNextAsync(Patience);

        var drained = control.DrainAndShutdown();
        Assert.Equal([early[1]], (await LeavesAsync()).Unbegun!);
        var late = HandOut(consumer, "g", 2);
        var left = await LeavesAsync();
        Assert.Equal(late, left.Unbegun!);
        Assert.True(left.Linger); // what was emitted may still be answered
        consumer.Tell(new Unsubscribed("t", "g"), Subscription);
        await Task.WhenAny(drained, Task.Delay(Quiet));
        Assert.False(drained.IsCompleted);
        consumer.Tell(new Unsubscribed("t", "g"), Subscription);

        await drained.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_hub_that_dies_keeps_nobody_who_leaves_waiting()
    {
        var (control, probe) = Run(PgPubSubSource.Group(Sys, "t", "g", Played));
        await probe.RequestAsync(1);
        HandOut(await SubscribedAsync(), "g", 0);
        await probe.ExpectNextAsync(Patience);
        var drained = control.DrainAndShutdown();
        await LeavesAsync();

        Sys.Stop(PlayedHub);

        await drained.WaitAsync(Patience);
    }

    [Fact]
    public async Task What_is_taken_away_while_it_waits_is_not_emitted()
    {
        var (_, probe) = Run(PgPubSubSource.Group(Sys, "t", "g", Played));
        await probe.EnsureSubscriptionAsync();
        var consumer = await SubscribedAsync();
        var deliveries = HandOut(consumer, "g", 0, 1);
        consumer.Tell(new DeliveryRevoked(deliveries[0], "taken"), Subscription);
        await ArrivedAsync(consumer);
        await probe.RequestAsync(1);
        Assert.Equal(1, (await probe.ExpectNextAsync(Patience)).Offset);
    }

    [Fact]
    public async Task What_waited_has_its_whole_time_from_when_it_is_emitted()
    {
        var (_, probe) = Run(PgPubSubSource.Group(Sys, "t", "g", Played));
        await probe.EnsureSubscriptionAsync();
        var deliveries = HandOut(await SubscribedAsync(), "g", 0);
        await Subscription.ExpectNoMsgAsync(Quiet);

        await probe.RequestAsync(1);

        Assert.Same(deliveries[0], ((IAnswer)await Subscription.ExpectMsgAsync<Extend>(Patience)).Delivery);
        await probe.ExpectNextAsync(Patience);
    }

    [Fact]
    public async Task Auto_acks_an_event_when_the_next_is_asked_for_and_not_before()
    {
        var (_, probe) = Run(PgPubSubSource.GroupAuto(Sys, "t", "g", Played));
        await probe.RequestAsync(1);
        var deliveries = HandOut(await SubscribedAsync(), "g", 0, 1);
        Assert.Equal(0, (await probe.ExpectNextAsync(Patience)).Offset);
        await Subscription.ExpectNoMsgAsync(Quiet);

        await probe.RequestAsync(1);

        await ExpectAckAsync(deliveries[0]);
    }

    [Fact]
    public async Task At_most_once_nothing_is_acked_that_was_not_asked_for_and_nothing_emitted_whose_ack_was_refused()
    {
        var (_, probe) = Run(PgPubSubSource.GroupAtMostOnce(Sys, "t", "g", Played));
        await probe.EnsureSubscriptionAsync();
        var deliveries = HandOut(await SubscribedAsync(), "g", 0, 1, 2);
        await Subscription.ExpectNoMsgAsync(Quiet);

        await probe.RequestAsync(1);
        var first = await AckedAsync(deliveries[0]);
        await probe.ExpectNoMsgAsync(Quiet);
        first.Take(new AnswerRefused("no", OutcomeUnknown: false));
        (await AckedAsync(deliveries[1])).Take(new AnswerConfirmed());

        Assert.Equal(1, (await probe.ExpectNextAsync(Patience)).Offset);
        await Subscription.ExpectNoMsgAsync(Quiet);

        async Task<AnswerTally.Place> AckedAsync(Delivery delivery)
        {
            var place = Assert.Single((await Subscription.ExpectMsgAsync<SettleAll>(Patience)).Places);
            Assert.Same(delivery, Assert.IsType<Ack>(place.Answer) is IAnswer answer ? answer.Delivery : null);
            return place;
        }
    }

    private ValueTask<Unsubscribe> LeavesAsync() => PlayedHub.FishForMessageAsync<Unsubscribe>(_ => true, Patience);
}
