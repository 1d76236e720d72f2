using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Streams.Feeds;
using PgPubSub.Streams.Stages;

namespace PgPubSub.Streams.Tests.Sources;

/// <summary>Sources whose log is rewound by a failover; the specs take back by hand what came last.</summary>
public sealed class RewoundSourceSpec : StreamSpec
{
    [Fact]
    public async Task What_was_read_before_the_fork_is_emitted_and_then_what_came_instead()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var (probe, _) = Run(window: 1);
        Assert.Equal(0, (await probe.RequestNextAsync(Patience)).Offset);

        await RewindAsync(6);
        await PublishAsync("t", 60);

        for (var i = 1; i < 6; i++)
            Assert.Equal(i, (await probe.RequestNextAsync(Patience)).Offset);
        Assert.Equal(60, (await probe.RequestNextAsync(Patience)).As<Number>().Value);
    }

    [Fact]
    public async Task What_starts_again_goes_on_from_the_fork()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var (probe, progress) = Run(window: 10);
        await probe.RequestAsync(10);
        for (var i = 0; i < 10; i++)
            Assert.Equal(i, (await probe.ExpectNextAsync(Patience)).Offset);
        Assert.Equal(10, progress.Next["t"]);

        await RewindAsync(6);

        await AwaitConditionAsync(() => Task.FromResult(progress.Next["t"] == 6), Patience, TimeSpan.FromMilliseconds(20));
    }

    private (TestSubscriber.Probe<TopicEvent>, Progress) Run(int window)
    {
        var progress = new Progress();
        var plan = new SourcePlan(Sys, null, new FeedPlan("t", null, StartFrom.Earliest, window), OutageMode.Wait, LostHistoryMode.Continue);
        return (Source.FromGraph(new LogStage(plan, () => progress)).RunWith(this.SinkProbe<TopicEvent>(), Materializer), progress);
    }

    // A reader looks at what it has read when the listening connection is lost.
    private async Task RewindAsync(int fork)
    {
        var log = CreateTestProbe();
        Sys.EventStream.Subscribe(log, typeof(Warning));
        await RunAsync($"""DELETE FROM {Schema}.event WHERE "offset" >= {fork}""");
        await BreakListenerAsync();
        await log.FishForMessageAsync<Warning>(warning => warning.Message.ToString()!.Contains("was rewound", StringComparison.Ordinal), Patience);
    }
}
