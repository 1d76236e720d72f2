using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Streams.Tests.Losses;

public sealed class SourceOutagePostgresSpec : SourceOutageSpec;

public sealed class SourceOutageInMemorySpec : SourceOutageSpec
{
    protected override bool InMemory => true;
}

/// <summary>Sources whose database is lost and comes back.</summary>
public abstract class SourceOutageSpec : StreamSpec
{
    private static readonly RestartSettings Soon = RestartSettings.Create(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50), 0);

    protected override LossyPlan Lossy { get; } = new(seed: 1, LossRates.None);

    // The node beats every third of it, and that is when an outage shows at the latest.
    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.TimeToLive = TimeSpan.FromSeconds(3);
        return options;
    }

    [Fact]
    public async Task One_that_waits_goes_on_where_it_was_and_says_so_once()
    {
        var log = CreateTestProbe();
        Sys.EventStream.Subscribe(log, typeof(Warning));
        await PublishAsync("t", 0, 1);
        var (_, probe) = Run(PgPubSubSource.FromEarliest(Sys, "t"));
        await probe.RequestAsync(10);
        await ExpectAsync(probe, 0, 1);

        Lossy.BeginOutage();
        await log.FishForMessageAsync<Warning>(warning => IsOf(warning, "waits"), Patience);
        Lossy.EndOutage();
        await PublishAsync("t", 2, 3);
        await ExpectAsync(probe, 2, 3);

        while (log.HasMessages)
            Assert.False(await log.ReceiveOneAsync(Patience) is Warning warning && IsOf(warning, "waits"), "it was said twice");
    }

    [Fact]
    public async Task One_that_fails_says_what_it_missed()
    {
        var log = CreateTestProbe();
        Sys.EventStream.Subscribe(log, typeof(Warning));
        var (control, probe) = Run(PgPubSubSource.Live(Sys, "t", new() { OnOutage = OutageMode.Fail }));
        await probe.RequestAsync(10);
        await control.Started.WaitAsync(Patience);

        Lossy.BeginOutage();

        Assert.IsType<StoreUnavailableException>(await probe.ExpectErrorAsync());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => control.Completion.WaitAsync(Patience));
        await log.FishForMessageAsync<Warning>(warning => IsOf(warning, "fails"), Patience);
        Lossy.EndOutage();
    }

    [Fact]
    public async Task One_that_is_started_again_goes_on_after_the_last_event_it_emitted()
    {
        await PublishAsync("a", 0, 1, 2, 3);
        await PublishAsync("b", 0);
        var topics = TopicSet.Of("a", "b");
        var offsets = new Dictionary<string, long> { ["a"] = 1 };
        var (control, probe) = PgPubSubSource.FromOffsets(Sys, topics, offsets, new() { OnOutage = OutageMode.Fail, Restart = Soon, Window = 1 })
            .ToMaterialized(this.SinkProbe<TopicEvent>(), Keep.Both).Run(Materializer);
        await probe.RequestAsync(3);
        List<TopicEvent> seen = [await probe.ExpectNextAsync(Patience), await probe.ExpectNextAsync(Patience), await probe.ExpectNextAsync(Patience)];

        Lossy.BeginOutage();
        await AwaitConditionAsync(() => Task.FromResult(Lossy.Count(Loss.Outage) > 30), Patience);
        Lossy.EndOutage();
        await PublishAsync("a", 4);
        await PublishAsync("b", 1);
        await probe.RequestAsync(10);
        while (seen.Count < 6)
            seen.Add(await probe.ExpectNextAsync(Patience));
        await probe.ExpectNoMsgAsync(Quiet);

        Assert.Equal([1, 2, 3, 4], seen.Where(e => e.Topic == "a").Select(e => e.Offset));
        Assert.Equal([0, 1], seen.Where(e => e.Topic == "b").Select(e => e.Offset));
        await control.DrainAndShutdown().WaitAsync(Patience);
        await probe.ExpectCompleteAsync();
        await control.Completion.WaitAsync(Patience);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Live_that_is_started_again_misses_nothing(bool byPattern)
    {
        await PublishAsync("t", 0);
        var topics = byPattern ? TopicSet.Matching("#") : "t";
        var (control, probe) = Run(PgPubSubSource.Live(Sys, topics, new() { OnOutage = OutageMode.Fail, Restart = Soon }));
        await probe.RequestAsync(10);
        await control.Started.WaitAsync(Patience);
        Lossy.BeginOutage();
        var publisher = CreateTestProbe();
        Hub.Tell(new Publish("t", new Number(1)), publisher);
        await AwaitConditionAsync(() => Task.FromResult(Lossy.Count(Loss.Outage) > 30), Patience);

        Lossy.EndOutage();

        await ExpectAsync(probe, 1);
        await publisher.ExpectMsgAsync<Published>(Patience);
    }

    [Fact]
    public async Task A_member_that_fails_releases_all_it_holds()
    {
        await PublishAsync("t", 0, 1);
        var (_, probe) = Run(PgPubSubSource.Group(Sys, "t", "g", new() { OnOutage = OutageMode.Fail }));
        await probe.RequestAsync(1);
        Assert.Equal(0, (await probe.ExpectNextAsync(Patience)).Offset);
        Lossy.BeginOutage();
        Assert.IsType<StoreUnavailableException>(await probe.ExpectErrorAsync());
        Lossy.EndOutage();

        var (_, next) = Run(PgPubSubSource.Group(Sys, "t", "g"));
        await next.RequestAsync(5);
        var again = new[] { await next.ExpectNextAsync(Patience), await next.ExpectNextAsync(Patience) };
        Assert.Equal([(0L, 2), (1L, 1)], again.Select(c => (c.Offset, c.Attempt)).Order());
    }

    [Fact]
    public async Task What_is_committed_in_an_outage_is_committed_when_it_is_over()
    {
        await PublishAsync("t", 0, 1, 2);
        var (control, batches) = PgPubSubSource.Group(Sys, "t", "g").Take(3)
            .Select(committable =>
            {
                if (committable.Offset == 2)
                    Lossy.BeginOutage();
                return committable;
            })
            .Via(PgPubSubFlow.Commit<Committable>(Sys)).ToMaterialized(Sink.Seq<CommitBatch>(), Keep.Both).Run(Materializer);
        await AwaitConditionAsync(() => Task.FromResult(Lossy.Count(Loss.Outage, nameof(Core.Stores.IDeliveryStore.SettleAsync)) > 0), Patience);
        Assert.False(batches.IsCompleted);

        Lossy.EndOutage();

        Assert.All(await batches.WaitAsync(Patience), batch => Assert.Empty(batch.Failures));
        await control.DrainAndShutdown().WaitAsync(Patience);
        await UntilSettledAsync("t", "g");
    }

    private static bool IsOf(Warning warning, string what) =>
        warning.Message.ToString() is { } text && text.StartsWith("The source of", StringComparison.Ordinal) && text.Contains(what, StringComparison.Ordinal);
}
