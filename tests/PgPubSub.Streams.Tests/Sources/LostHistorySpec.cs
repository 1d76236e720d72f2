using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;
using PgPubSub.Core.Topics;

namespace PgPubSub.Streams.Tests.Sources;

public sealed class LostHistoryPostgresSpec : LostHistorySpec;

public sealed class LostHistoryInMemorySpec : LostHistorySpec
{
    protected override bool InMemory => true;
}

/// <summary>Sources whose history goes: by retention, by hand, with the topic.</summary>
public abstract class LostHistorySpec : StreamSpec
{
    private static readonly LogSourceOptions Strict = new() { OnLostHistory = LostHistoryMode.Fail };

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        (options.CleanupInterval, options.TimeToLive) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)); // a node says every third of it what its readers still need
        return options;
    }

    [Fact]
    public async Task By_default_a_source_goes_on_behind_the_gap()
    {
        await PublishAsync("t", 0, 1, 2);
        await AskHubAsync<TopicCleared>(new ClearTopic("t"));
        await PublishAsync("t", 3, 4);
        var (_, probe) = Run(PgPubSubSource.FromOffset(Sys, "t", 1));
        await probe.RequestAsync(10);

        await ExpectAsync(probe, 3, 4);
    }

    [Fact]
    public async Task Told_to_fail_it_says_what_is_missing()
    {
        await PublishAsync("t", 0, 1, 2);
        await AskHubAsync<TopicCleared>(new ClearTopic("t"));
        await PublishAsync("t", 3);
        var (control, probe) = Run(PgPubSubSource.FromOffset(Sys, "t", 1, Strict));
        await probe.RequestAsync(10);

        var lost = Assert.IsType<HistoryLostException>(await probe.ExpectErrorAsync());

        Assert.Equal(("t", 1L, 3L), (lost.Topic, lost.From, lost.To));
        await Assert.ThrowsAsync<HistoryLostException>(() => control.Completion.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_member_of_a_group_does_likewise()
    {
        var (lenient, strict) = (PgPubSubSource.Group(Sys, "t", "lenient"), PgPubSubSource.Group(Sys, "t", "strict", new() { OnLostHistory = LostHistoryMode.Fail }));
        foreach (var source in new[] { lenient, strict })
        {
            var (control, idle) = Run(source);
            await idle.EnsureSubscriptionAsync();
            await control.Started.WaitAsync(Patience); // the group is there, and nobody is in it
            await control.DrainAndShutdown().WaitAsync(Patience);
        }

        foreach (var group in new[] { "lenient", "strict" })
            await AskHubAsync<GroupPaused>(new PauseGroup("t", group)); // a claim that is still on its way would take the events and give them back, to be lost one by one
        await PublishAsync("t", Enumerable.Range(0, 10));
        await AskHubAsync<TopicCleared>(new ClearTopic("t"));
        await PublishAsync("t", 10);
        foreach (var group in new[] { "lenient", "strict" })
            await AskHubAsync<GroupResumed>(new ResumeGroup("t", group));
        var (_, probe) = Run(lenient);
        var (_, failing) = Run(strict);

        Assert.Equal(10, (await probe.RequestNextAsync(Patience)).Offset);
        await failing.EnsureSubscriptionAsync();
        var lost = Assert.IsType<HistoryLostException>(await failing.ExpectErrorAsync());
        Assert.Equal(("t", 0L, 10L), (lost.Topic, lost.From, lost.To));
    }

    [Fact]
    public async Task A_replay_whose_end_was_taken_completes()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        await AskHubAsync<TopicCleared>(new ClearTopic("t"));

        Assert.Empty(await PgPubSubSource.Replay(Sys, "t", 2, 5).RunWith(Sink.Seq<TopicEvent>(), Materializer).WaitAsync(Patience));
        Assert.Empty(await PgPubSubSource.Replay(Sys, "t").RunWith(Sink.Seq<TopicEvent>(), Materializer).WaitAsync(Patience));
    }

    [Fact]
    public async Task A_topic_that_is_dropped_fails_the_source()
    {
        await PublishAsync("t", 0);
        var (control, probe) = Run(PgPubSubSource.FromEarliest(Sys, "t"));
        await probe.RequestAsync(10);
        await ExpectAsync(probe, 0);

        await AskHubAsync<TopicDropped>(new DropTopic("t"));

        var ended = Assert.IsType<SubscriptionEndedException>(await probe.ExpectErrorAsync());
        Assert.Equal(("t", null), (ended.Topic, ended.Group));
        await Assert.ThrowsAsync<SubscriptionEndedException>(() => control.Completion.WaitAsync(Patience));
        await control.DrainAndShutdown().WaitAsync(Patience);
    }

    [Fact]
    public async Task By_pattern_a_topic_that_is_dropped_takes_no_other_with_it()
    {
        await PublishAsync("a.x", 0);
        await PublishAsync("a.y", 0);
        var (_, probe) = Run(PgPubSubSource.FromEarliest(Sys, TopicSet.Matching("a.*")));
        await probe.RequestAsync(10);
        for (var i = 0; i < 2; i++)
            await probe.ExpectNextAsync(Patience);

        await AskHubAsync<TopicDropped>(new DropTopic("a.x"));
        await PublishAsync("a.y", 1);

        Assert.Equal("a.y", (await probe.ExpectNextAsync(Patience)).Topic);
    }

    [Fact]
    public async Task Retention_spares_what_a_slow_source_has_not_read_and_takes_the_rest()
    {
        const int events = 2_000;
        foreach (var topic in new[] { "t", "u" })
        {
            await AskHubAsync<TopicAltered>(new AlterTopic(topic, new Retention { Count = 0 }));
            await PublishAsync(topic, Enumerable.Range(0, events));
        }

        var (_, probe) = Run(PgPubSubSource.FromEarliest(Sys, "t", new() { Window = 5 }));
        await probe.RequestAsync(1);
        await ExpectAsync(probe, 0);
        await MakeOldAsync();
        await UntilFloorAsync("u", events - 1);
        await UntilFloorAsync("t", 1);

        await probe.RequestAsync(events);
        for (var i = 1; i < events; i++)
            await ExpectAsync(probe, i);
        await UntilFloorAsync("t", events - 1);
    }

    private Task UntilFloorAsync(string topic, long floor) => AwaitAssertAsync(
        async () => Assert.Equal(floor, (await AskHubAsync<TopicList>(new ListTopics(topic))).Topics[0].Floor), Patience, TimeSpan.FromMilliseconds(50));
}
