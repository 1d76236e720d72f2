using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Supervision;
using Akka.Streams.TestKit;
using PgPubSub.Actors;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Streams.Tests.Sources;

/// <summary>What can't be is said clearly: at once where it can be known, else by the stream.</summary>
public sealed class BadInputSpec : StreamSpec
{
    protected override bool InMemory => true;

    [Fact]
    public void What_can_be_known_is_said_before_anything_runs()
    {
        Says<ArgumentOutOfRangeException>("offset", () => PgPubSubSource.FromOffset(Sys, "t", -1));
        Says<ArgumentOutOfRangeException>("offsets", () => PgPubSubSource.FromOffsets(Sys, "t", new Dictionary<string, long> { ["t"] = -1 }));
        Says<ArgumentOutOfRangeException>("from", () => PgPubSubSource.Replay(Sys, "t", -1, 4));
        Says<ArgumentOutOfRangeException>("to", () => PgPubSubSource.Replay(Sys, "t", 5, 4));
        Says<ArgumentException>("topic", () => PgPubSubSource.FromEarliest(Sys, ""));
        Says<ArgumentException>("no topic", () => TopicSet.Of());
        Says<ArgumentException>("pattern", () => TopicSet.Matching("a..b"));
        Says<ArgumentException>("group", () => PgPubSubSource.Group(Sys, "t", ""));
        Says<ArgumentOutOfRangeException>("parallelism", () => PgPubSubSource.GroupByKey(Sys, "t", "g", 0));
        Says<ArgumentOutOfRangeException>("Window", () => PgPubSubSource.Group(Sys, "t", "g", new() { Window = 0 }));
        Says<ArgumentOutOfRangeException>("Window", () => PgPubSubSource.Live(Sys, "t", new() { Window = 10_001 }));
        Says<ArgumentNullException>("system", () => PgPubSubSource.Live(null!, "t"));
        Says<ArgumentNullException>("topics", () => PgPubSubSource.Live(Sys, null!));
    }

    [Fact]
    public async Task Rules_that_cannot_be_fail_the_stream()
    {
        var rules = GroupRules.Default with { Retry = new RetryRules(-1, TimeSpan.Zero, 1, TimeSpan.Zero) };
        var (control, probe) = Run(PgPubSubSource.Group(Sys, "t", "g", new() { Rules = rules }));
        await probe.EnsureSubscriptionAsync();

        var rejected = Assert.IsType<SubscribeRejectedException>(await probe.ExpectErrorAsync());

        Assert.Contains("MaxAttempts", rejected.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SubscribeRejectedException>(() => control.Completion.WaitAsync(Patience));
        await Assert.ThrowsAsync<SubscribeRejectedException>(() => control.Started.WaitAsync(Patience));
        await control.DrainAndShutdown().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_topic_that_is_dropped_is_not_made_anew_by_a_restart()
    {
        var settings = RestartSettings.Create(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), 0);
        var (control, probe) = PgPubSubSource.FromEarliest(Sys, "t", new() { Restart = settings })
            .WithAttributes(ActorAttributes.CreateSupervisionStrategy(Deciders.ResumingDecider)).ToMaterialized(this.SinkProbe<TopicEvent>(), Keep.Both).Run(Materializer);
        await probe.RequestAsync(1);
        await control.Started.WaitAsync(Patience);

        await AskHubAsync<TopicDropped>(new DropTopic("t"));

        Assert.IsType<SubscriptionEndedException>(await probe.ExpectErrorAsync());
        await Assert.ThrowsAsync<SubscriptionEndedException>(() => control.Completion.WaitAsync(Patience));
        Assert.Empty((await AskHubAsync<TopicList>(new ListTopics("t"))).Topics);
    }

    [Fact]
    public async Task A_hub_that_was_not_started_is_named()
    {
        var (control, probe) = Run(PgPubSubSource.Live(Sys, "t", new() { Instance = "other" }));
        await probe.EnsureSubscriptionAsync();

        Assert.Contains("'other'", Assert.IsType<InvalidOperationException>(await probe.ExpectErrorAsync()).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => control.Started.WaitAsync(Patience));
    }

    [Fact]
    public async Task Nobody_waits_for_the_start_of_one_that_starts_again_and_again_and_is_stopped()
    {
        var settings = RestartSettings.Create(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), 0);
        var (control, probe) = Run(PgPubSubSource.Live(Sys, "t", new() { Instance = "other", Restart = settings }));
        await probe.EnsureSubscriptionAsync();

        control.Stop();

        await probe.ExpectCompleteAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => control.Started.WaitAsync(Patience));
        await control.DrainAndShutdown().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_pattern_that_matches_nothing_waits_and_says_so()
    {
        var log = CreateTestProbe();
        Sys.EventStream.Subscribe(log, typeof(Info));
        Sys.EventStream.SetLogLevel(LogLevel.InfoLevel);
        var (control, probe) = Run(PgPubSubSource.FromEarliest(Sys, TopicSet.Matching("nothing.*")));
        await probe.RequestAsync(1);
        await log.FishForMessageAsync<Info>(info => info.Message.ToString()!.Contains("No topic matches nothing.* yet", StringComparison.Ordinal), Patience);
        await control.Started.WaitAsync(Patience);

        await PublishAsync("nothing.yet", 7);

        Assert.Equal("nothing.yet", (await probe.ExpectNextAsync(Patience)).Topic);
    }

    private static void Says<T>(string what, Action act)
        where T : ArgumentException =>
        Assert.Contains(what, Assert.Throws<T>(act).Message, StringComparison.OrdinalIgnoreCase);
}
