using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Streams.Feeds;

namespace PgPubSub.Streams.Tests.Feeds;

/// <summary>What the consumer behind a stage does with what comes while its stage stops, with the spec as the hub.</summary>
public sealed class FeedActorSpec : StreamSpec
{
    protected override bool InMemory => true;

    [Fact]
    public async Task What_its_stage_had_not_come_to_goes_back_as_not_begun()
    {
        var (hub, member, feed) = (CreateTestProbe(), CreateTestProbe(), new Feed(() => { }));
        var actor = Sys.ActorOf(FeedActor.Props(hub, new FeedPlan("t", "g", null, 10), feed));
        await hub.FishForMessageAsync<Subscribe>(_ => true, Patience);
        await PublishAsync("t", 0);
        Hub.Tell(new Subscribe("t", "g"), member);
        var delivery = await member.FishForMessageAsync<Delivery>(_ => true, Patience);

        actor.Tell(delivery, member);
        actor.Tell(new LeaveFeed([], Linger: true));

        Assert.Equal([delivery], (await hub.ExpectMsgAsync<Unsubscribe>(Patience)).Unbegun);
        Assert.False(feed.Left.IsCompleted);
        actor.Tell(new Unsubscribed("t", "g"), hub);
        await feed.Left.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_hub_that_stops_fails_the_stage_and_is_not_waited_for()
    {
        var (hub, feed) = (CreateTestProbe(), new Feed(() => { }));
        var actor = Sys.ActorOf(FeedActor.Props(hub, new FeedPlan("t", "g", null, 10), feed));
        await hub.FishForMessageAsync<Subscribe>(_ => true, Patience);

        Sys.Stop(hub);
        object? told = null;
        await AwaitConditionAsync(() => Task.FromResult(feed.TryTake(out told!)), Patience, TimeSpan.FromMilliseconds(10));
        Assert.IsType<FeedFailed>(told);
        actor.Tell(new LeaveFeed([], Linger: true));

        await feed.Left.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_stage_that_does_not_stop_in_time_is_not_waited_for()
    {
        var (hub, feed) = (CreateTestProbe(), new Feed(() => { }));
        var actor = Sys.ActorOf(FeedActor.Props(hub, new FeedPlan("t", "g", null, 10), feed));
        await hub.FishForMessageAsync<Subscribe>(_ => true, Patience);

        actor.Tell(GiveUp.Instance);
        Assert.False((await hub.ExpectMsgAsync<Unsubscribe>(Patience)).Linger);
        actor.Tell(new Unsubscribed("t", "g"), hub);

        await feed.Left.WaitAsync(Patience);
        Assert.True(feed.TryTake(out var told));
        Assert.IsType<GiveUp>(told);
    }
}
