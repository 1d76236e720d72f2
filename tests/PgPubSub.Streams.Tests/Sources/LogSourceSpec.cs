using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Tests.Sources;

public sealed class LogSourcePostgresSpec : LogSourceSpec;

public sealed class LogSourceInMemorySpec : LogSourceSpec
{
    protected override bool InMemory => true;
}

/// <summary>Sources that read the log.</summary>
public abstract class LogSourceSpec : StreamSpec
{
    [Fact]
    public async Task From_an_offset_history_runs_into_live_without_gap_or_repetition()
    {
        await PublishAsync("t", Enumerable.Range(0, 50));
        var (control, probe) = Run(PgPubSubSource.FromOffset<Number>(Sys, "t", 42));
        await probe.RequestAsync(100);

        for (var i = 42; i < 50; i++)
            await ExpectAsync(probe, i);
        await PublishAsync("t", Enumerable.Range(50, 5));
        for (var i = 50; i < 55; i++)
            await ExpectAsync(probe, i);

        control.Stop();
        await probe.ExpectCompleteAsync();
        await control.Completion.WaitAsync(Patience);
        await control.DrainAndShutdown().WaitAsync(Patience);
    }

    [Fact]
    public async Task Live_begins_with_what_is_published_once_it_has_started()
    {
        await PublishAsync("t", 0, 1, 2);
        var (control, probe) = Run(PgPubSubSource.Live<Number>(Sys, "t"));
        await probe.RequestAsync(10);
        await control.Started.WaitAsync(Patience);

        await PublishAsync("t", 3);

        await ExpectAsync(probe, 3);
    }

    [Fact]
    public async Task From_a_time_events_of_that_time_and_later_come()
    {
        await PublishAsync("t", 0, 1);
        var (_, first) = Run(PgPubSubSource.FromEarliest(Sys, "t"));
        var then = (await first.RequestNextAsync()).PublishedAt;
        await PublishAsync("t", 2);
        var last = default(TopicEvent);
        await first.RequestAsync(2);
        await first.ExpectNextAsync();
        last = await first.ExpectNextAsync();

        var (_, all) = Run(PgPubSubSource.FromTime(Sys, "t", then));
        Assert.Equal(0, (await all.RequestNextAsync()).Offset);
        var (_, late) = Run(PgPubSubSource.FromTime<Number>(Sys, "t", last.PublishedAt.AddTicks(10)));
        await late.RequestAsync(1);
        await PublishAsync("t", 3);
        await ExpectAsync(late, 3);
    }

    [Fact]
    public async Task A_replay_has_what_lies_between_its_bounds_and_completes()
    {
        await PublishAsync("t", Enumerable.Range(0, 20));

        Assert.Equal([5, 6, 7], await OffsetsAsync(PgPubSubSource.Replay(Sys, "t", 5, 8)));
        Assert.Equal(Enumerable.Range(0, 20).Select(n => (long)n), await OffsetsAsync(PgPubSubSource.Replay(Sys, "t")));
        Assert.Empty(await OffsetsAsync(PgPubSubSource.Replay(Sys, "t", 7, 7)));
        Assert.Empty(await OffsetsAsync(PgPubSubSource.Replay(Sys, "empty")));
    }

    [Fact]
    public async Task A_replay_past_the_end_waits_for_the_rest()
    {
        await PublishAsync("t", 0, 1);
        var (_, probe) = Run(PgPubSubSource.Replay<Number>(Sys, "t", 1, 3));
        await probe.RequestAsync(10);
        await ExpectAsync(probe, 1);

        await PublishAsync("t", 2, 3);

        await ExpectAsync(probe, 2);
        await probe.ExpectCompleteAsync();
    }

    [Fact]
    public async Task Several_topics_are_merged_each_from_its_own_offset_and_in_its_own_order()
    {
        await PublishAsync("a", Enumerable.Range(0, 10));
        await PublishAsync("b", Enumerable.Range(0, 10));
        await PublishAsync("c", 0);

        var seen = await PgPubSubSource.FromOffsets(Sys, TopicSet.Of("a", "b", "c"), new Dictionary<string, long> { ["a"] = 7, ["b"] = 4 })
            .Take(10).RunWith(Sink.Seq<TopicEvent>(), Materializer).WaitAsync(Patience);

        Assert.Equal([7, 8, 9], seen.Where(e => e.Topic == "a").Select(e => e.Offset));
        Assert.Equal([4, 5, 6, 7, 8, 9], seen.Where(e => e.Topic == "b").Select(e => e.Offset));
        Assert.Equal([0], seen.Where(e => e.Topic == "c").Select(e => e.Offset));
    }

    [Fact]
    public async Task A_pattern_finds_topics_that_are_created_later()
    {
        await PublishAsync("orders.a", 0, 1);
        var (control, probe) = Run(PgPubSubSource.FromOffsets(Sys, TopicSet.Matching("orders.*"), new Dictionary<string, long> { ["orders.a"] = 1 }));
        await probe.RequestAsync(10);
        Assert.Equal(("orders.a", 1), await NextAsync(probe));

        await PublishAsync("orders.b", 0);
        Assert.Equal(("orders.b", 0), await NextAsync(probe));
        control.Stop();
        await probe.ExpectCompleteAsync();
        await control.DrainAndShutdown().WaitAsync(Patience);
    }

    [Fact]
    public async Task Nothing_is_emitted_that_was_not_asked_for()
    {
        await PublishAsync("t", 0, 1, 2);
        var (_, probe) = Run(PgPubSubSource.FromEarliest<Number>(Sys, "t"));
        await probe.RequestAsync(1);
        await ExpectAsync(probe, 0);
        await probe.ExpectNoMsgAsync(Quiet);
        await probe.RequestAsync(2);
        await ExpectAsync(probe, 1);
        await ExpectAsync(probe, 2);
    }

    [Fact]
    public async Task One_that_is_cancelled_is_complete()
    {
        var (control, probe) = Run(PgPubSubSource.FromEarliest(Sys, "t"));
        await probe.EnsureSubscriptionAsync();

        await probe.CancelAsync();

        await control.Completion.WaitAsync(Patience);
        await control.DrainAndShutdown().WaitAsync(Patience);
    }

    [Fact]
    public async Task One_that_is_stopped_before_it_runs_completes()
    {
        var control = PgPubSubSource.FromEarliest(Sys, "t").ToMaterialized(Sink.Ignore<TopicEvent>(), Keep.Left).Run(Materializer);
        control.Stop();
        await control.Completion.WaitAsync(Patience);
    }

    private async Task<IEnumerable<long>> OffsetsAsync(Source<TopicEvent, ISourceControl> source) =>
        (await source.RunWith(Sink.Seq<TopicEvent>(), Materializer).WaitAsync(Patience)).Select(e => e.Offset);

    private static async Task<(string, long)> NextAsync(TestSubscriber.Probe<TopicEvent> probe)
    {
        var next = await probe.ExpectNextAsync(Patience);
        return (next.Topic, next.Offset);
    }

    private static async Task ExpectAsync(TestSubscriber.Probe<TopicEvent<Number>> probe, int number)
    {
        var next = await probe.ExpectNextAsync(Patience);
        Assert.Equal((number, number), ((int)next.Offset, next.Value.Value));
    }
}
