using Akka.Streams.TestKit;
using PgPubSub.Actors;
using PgPubSub.Streams.Feeds;

namespace PgPubSub.Streams.Tests.Sources;

/// <summary>What a source of the log makes of what its subscription says.</summary>
public sealed class LogStageSpec : PlayedSpec
{
    private static readonly LogSourceOptions Played = new() { Instance = Instance }, Strict = Played with { OnLostHistory = LostHistoryMode.Fail };

    [Fact]
    public async Task An_event_is_acked_when_it_is_emitted_and_not_before()
    {
        var (_, probe) = Run(PgPubSubSource.FromEarliest(Sys, "t", Played));
        await probe.RequestAsync(1);
        var deliveries = HandOut(await SubscribedAsync(), null, 0, 1, 2);

        Assert.Equal(0, (await probe.ExpectNextAsync(Patience)).Offset);
        await ExpectAckAsync(deliveries[0]);
        await Subscription.ExpectNoMsgAsync(Quiet);
        await probe.RequestAsync(1);
        await ExpectAckAsync(deliveries[1]);
    }

    [Fact]
    public async Task What_a_subscription_that_was_brought_back_hands_out_again_is_acked_and_not_emitted_again()
    {
        var (_, probe) = Run(PgPubSubSource.FromEarliest(Sys, "t", Played));
        await probe.RequestAsync(10);
        var consumer = await SubscribedAsync();
        HandOut(consumer, null, 0, 1);
        await ExpectAsync(probe, 0, 1);

        var again = HandOut(consumer, null, 0, 1, 2);

        await ExpectAsync(probe, 2);
        for (var i = 0; i < 2; i++)
            await Subscription.ExpectMsgAsync<Ack>(Patience);
        foreach (var delivery in again)
            await ExpectAckAsync(delivery);
    }

    [Fact]
    public async Task After_a_rewind_what_waited_is_not_emitted_and_what_came_instead_is()
    {
        var (_, probe) = Run(PgPubSubSource.FromEarliest(Sys, "t", Played));
        await probe.RequestAsync(2);
        var consumer = await SubscribedAsync();
        HandOut(consumer, null, 0, 1, 2, 3);
        await ExpectAsync(probe, 0, 1);


        consumer.Tell(new HistoryRewound("t", 4, 1), Subscription);
        var instead = HandOut(consumer, null, 1, 2);
        await ArrivedAsync(consumer);
        await probe.RequestAsync(10);

        foreach (var delivery in instead)
            Assert.Same(delivery.Event, await probe.ExpectNextAsync(Patience));
        await probe.ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task Told_to_fail_for_lost_history_it_does_for_a_rewind()
    {
        var (control, probe) = Run(PgPubSubSource.FromEarliest(Sys, "t", Strict));
        await probe.RequestAsync(1);
        (await SubscribedAsync()).Tell(new HistoryRewound("t", 4, 1), Subscription);

        var lost = Assert.IsType<HistoryLostException>(await probe.ExpectErrorAsync());

        Assert.Equal(("t", 4L, 1L), (lost.Topic, lost.From, lost.To));
        Assert.Contains("rewound from 4 to 1", lost.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HistoryLostException>(() => control.Completion.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_replay_ends_where_history_is_gone_to_its_end_and_past_it()
    {
        var (_, probe) = Run(PgPubSubSource.Replay(Sys, "t", 0, 3, Played));
        await probe.RequestAsync(10);
        var consumer = await SubscribedAsync();
        HandOut(consumer, null, 0);
        await ExpectAsync(probe, 0);

        consumer.Tell(new HistoryTrimmed("t", null, 1, 7), Subscription);

        await probe.ExpectCompleteAsync();
    }

    [Fact]
    public async Task A_replay_does_not_mind_what_is_lost_past_its_end()
    {
        var (control, probe) = Run(PgPubSubSource.Replay(Sys, "t", 0, 3, Strict));
        await probe.RequestAsync(1);
        var consumer = await SubscribedAsync();
        HandOut(consumer, null, 0, 1, 2);
        await ExpectAsync(probe, 0);
        consumer.Tell(new HistoryTrimmed("t", null, 3, 7), Subscription);
        await ArrivedAsync(consumer);

        await probe.RequestAsync(10);

        await ExpectAsync(probe, 1, 2);
        await probe.ExpectCompleteAsync();
        await control.Completion.WaitAsync(Patience);
    }

    [Fact]
    public async Task It_has_started_when_all_its_topics_have()
    {
        var (control, probe) = Run(PgPubSubSource.Live(Sys, TopicSet.Of("t", "u"), Played));
        await probe.EnsureSubscriptionAsync();
        await SubscribedAsync();
        await Task.WhenAny(control.Started, Task.Delay(Quiet));
        Assert.False(control.Started.IsCompleted);

        await SubscribedAsync();

        await control.Started.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_subscription_that_can_stand_later_is_asked_for_again()
    {
        var (control, probe) = Run(PgPubSubSource.Live(Sys, "t", Played));
        await probe.EnsureSubscriptionAsync();
        var asked = await PlayedHub.FishForMessageAsync<Subscribe>(_ => true, Patience);
        asked.Consumer!.Tell(new SubscribeRejected("t", null, "busy", CanRetry: true), PlayedHub);

        await SubscribedAsync();

        await control.Started.WaitAsync(Patience);
    }

    [Fact]
    public async Task It_fails_with_the_actor_behind_it()
    {
        var (control, probe) = Run(PgPubSubSource.Live(Sys, "t", Played));
        await probe.RequestAsync(1);

        Sys.Stop(await SubscribedAsync());

        Assert.IsType<InvalidOperationException>(await probe.ExpectErrorAsync());
        await control.DrainAndShutdown().WaitAsync(Patience);
    }

    [Fact]
    public void Told_to_stop_before_it_runs_it_stops_when_it_does()
    {
        var control = new SourceControl(() => { });
        control.Stop();
        var stops = 0;
        control.Begin(Sys, TestActor, () => stops++);
        Assert.Equal(1, stops);
        control.Feed.Leave();
    }

    [Fact]
    public async Task It_completes_when_its_node_stops()
    {
        var (control, probe) = Run(PgPubSubSource.Live(Sys, "t", Played));
        await probe.RequestAsync(1);
        (await SubscribedAsync()).Tell(new SubscriptionEnded("t", null, "The node stops.", NodeStops: true), Subscription);

        await probe.ExpectCompleteAsync();
        await control.Completion.WaitAsync(Patience);
    }

    private static async Task ExpectAsync(TestSubscriber.Probe<TopicEvent> probe, params long[] offsets)
    {
        foreach (var offset in offsets)
            Assert.Equal(offset, (await probe.ExpectNextAsync(Patience)).Offset);
    }
}
