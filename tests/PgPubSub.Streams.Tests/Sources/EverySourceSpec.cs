using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Supervision;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Tests.Sources;

public sealed class EverySourcePostgresSpec : EverySourceSpec;

public sealed class EverySourceInMemorySpec : EverySourceSpec
{
    protected override bool InMemory => true;
}

/// <summary>What holds for each source, with a type and without.</summary>
public abstract class EverySourceSpec : StreamSpec
{
    private static readonly string[] Kinds =
        ["FromOffset", "FromOffsets", "FromTime", "FromEarliest", "Live", "Replay", "Group", "GroupWithContext", "GroupByKey", "GroupAuto", "GroupAtMostOnce"];

    [Fact]
    public void None_is_forgotten_here() => Assert.Equal(
        Kinds.Order(StringComparer.Ordinal),
        typeof(PgPubSubSource).GetMethods().Where(method => method.GetParameters() is [{ Name: "system" }, ..]).Select(method => method.Name).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task It_starts_and_from_then_on_emits_what_is_published()
    {
        await PublishAsync("t", 0); // a group begins with it, and so does whoever begins with the oldest
        var running = Kinds.SelectMany(kind => new[] { Run(kind, Plain(kind)), Run(kind, Typed(kind)) }).ToArray();
        foreach (var (kind, control, _) in running)
            await control.Started.WaitAsync(Patience);
        await PublishAsync("t", 1);

        foreach (var (kind, control, numbers) in running)
        {
            Assert.True((kind is "Live" or "FromOffset" or "FromOffsets" ? [1] : new[] { 0, 1 }).SequenceEqual(await numbers.WaitAsync(Patience)), kind);
            await control.Completion.WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task With_a_type_what_cannot_be_read_is_passed_over_by_a_supervision_strategy_or_buried()
    {
        await AskHubAsync<Published>(new Publish("t", "text"));
        await PublishAsync("t", 1);
        foreach (var kind in Kinds.Where(kind => kind is not ("Live" or "FromOffset" or "FromOffsets")))
        {
            var (control, numbers) = Typed(kind).WithAttributes(ActorAttributes.CreateSupervisionStrategy(Deciders.ResumingDecider))
                .Take(1).ToMaterialized(Sink.Seq<int>(), Keep.Both).Run(Materializer);
            Assert.True(new[] { 1 }.SequenceEqual(await numbers.WaitAsync(Patience)), kind);
            await control.DrainAndShutdown(TimeSpan.FromMilliseconds(1)).WaitAsync(Patience);
        }

        foreach (var kind in new[] { "Group", "GroupWithContext", "GroupByKey" })
            await UntilGroupAsync("t", kind + "-typed", group => group.Dead == 1);
        foreach (var kind in new[] { "GroupAuto", "GroupAtMostOnce" })
            await UntilGroupAsync("t", kind + "-typed", group => group.Dead == 0);
    }

    [Fact]
    public async Task One_source_may_run_many_times_and_each_run_is_for_itself()
    {
        await PublishAsync("t", 0, 1, 2);
        var settings = RestartSettings.Create(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10), 0);
        foreach (var options in new[] { new LogSourceOptions(), new() { Restart = settings } })
        {
            var (replay, follow) = (PgPubSubSource.Replay(Sys, "t", options: options), PgPubSubSource.FromEarliest(Sys, "t", options));
            var (first, others) = (await CountAsync(replay), follow.ToMaterialized(Sink.Ignore<TopicEvent>(), Keep.Left).Run(Materializer));
            await others.Started.WaitAsync(Patience);
            await PublishAsync("t", 3);
            others.Stop();

            Assert.Equal(first + 1, await CountAsync(replay));
            Assert.Equal(first + 1, await CountAsync(follow.Take(first + 1)));
        }

        Task<int> CountAsync(Source<TopicEvent, ISourceControl> source) => source.RunAggregate(0, (n, e) => e.Offset == n ? n + 1 : -1, Materializer).WaitAsync(Patience);
    }

    [Fact]
    public async Task Several_runs_of_one_source_of_a_group_are_members_of_one_group()
    {
        await PublishAsync("t", Enumerable.Range(0, 100));
        var source = PgPubSubSource.Group<Number>(Sys, "t", "g", new() { Window = 10 });
        var seen = new List<int>();
        var all = new TaskCompletionSource();
        var controls = Enumerable.Range(0, 3).Select(_ => source.Select(See).ToMaterialized(PgPubSubSink.Commit<Committable<Number>>(Sys), Keep.Left).Run(Materializer)).ToArray();

        await all.Task.WaitAsync(Patience);
        await UntilSettledAsync("t", "g");

        Assert.Equal(Enumerable.Range(0, 100), seen.Order());
        foreach (var control in controls)
            await control.DrainAndShutdown().WaitAsync(Patience);

        Committable<Number> See(Committable<Number> committable)
        {
            lock (seen)
            {
                seen.Add(committable.Value.Value);
                if (seen.Count == 100)
                    all.SetResult();
            }

            return committable;
        }
    }

    [Fact]
    public async Task A_committer_of_another_actor_system_fails_the_stream_and_everything_goes_back()
    {
        await PublishAsync("t", 0, 1);
        var other = ActorSystem.Create("other", "akka.loglevel = OFF");
        var (control, done) = PgPubSubSource.Group(Sys, "t", "g").ToMaterialized(PgPubSubSink.Commit<Committable>(other), Keep.Both).Run(Materializer);

        Assert.Contains("the committer is of other", (await Assert.ThrowsAsync<ArgumentException>(() => done.WaitAsync(Patience))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => control.Completion.WaitAsync(Patience));
        await control.DrainAndShutdown().WaitAsync(Patience);
        await UntilGroupAsync("t", "g", group => group is { InFlight: 0, Retrying: 2 });
        await other.Terminate();
    }

    private (string Kind, ISourceControl Control, Task<IEnumerable<int>> Numbers) Run(string kind, Source<int, ISourceControl> source)
    {
        var many = kind is "Live" or "FromOffset" or "FromOffsets" ? 1 : 2;
        var (control, numbers) = source.Take(many).ToMaterialized(Sink.Seq<int>(), Keep.Both).Run(Materializer);
        return (kind, control, OfAsync());

        async Task<IEnumerable<int>> OfAsync() => await numbers;
    }

    private Source<int, ISourceControl> Plain(string kind) => kind switch
    {
        "FromOffset" => Read(PgPubSubSource.FromOffset(Sys, "t", 1)),
        "FromOffsets" => Read(PgPubSubSource.FromOffsets(Sys, "t", new Dictionary<string, long> { ["t"] = 1 })),
        "FromTime" => Read(PgPubSubSource.FromTime(Sys, "t", DateTimeOffset.UnixEpoch)),
        "FromEarliest" => Read(PgPubSubSource.FromEarliest(Sys, "t")),
        "Live" => Read(PgPubSubSource.Live(Sys, "t")),
        "Replay" => Read(PgPubSubSource.Replay(Sys, "t", 0, 2)),
        "Group" => PgPubSubSource.Group(Sys, "t", kind).Select(Handle),
        "GroupWithContext" => PgPubSubSource.GroupWithContext(Sys, "t", kind).AsSource().Select(pair => Handle(pair.Item2)),
        "GroupByKey" => PgPubSubSource.GroupByKey(Sys, "t", kind, 1).Select(Handle),
        "GroupAuto" => Read(PgPubSubSource.GroupAuto(Sys, "t", kind)),
        _ => Read(PgPubSubSource.GroupAtMostOnce(Sys, "t", kind)),
    };

    private Source<int, ISourceControl> Typed(string kind) => kind switch
    {
        "FromOffset" => Read(PgPubSubSource.FromOffset<Number>(Sys, "t", 1)),
        "FromOffsets" => Read(PgPubSubSource.FromOffsets<Number>(Sys, "t", new Dictionary<string, long> { ["t"] = 1 })),
        "FromTime" => Read(PgPubSubSource.FromTime<Number>(Sys, "t", DateTimeOffset.UnixEpoch)),
        "FromEarliest" => Read(PgPubSubSource.FromEarliest<Number>(Sys, "t")),
        "Live" => Read(PgPubSubSource.Live<Number>(Sys, "t")),
        "Replay" => Read(PgPubSubSource.Replay<Number>(Sys, "t", 0, 2)),
        "Group" => PgPubSubSource.Group<Number>(Sys, "t", kind + "-typed").Select(Handle),
        "GroupWithContext" => PgPubSubSource.GroupWithContext<Number>(Sys, "t", kind + "-typed").AsSource().Select(pair => Handle(pair.Item2.With(pair.Item1))),
        "GroupByKey" => PgPubSubSource.GroupByKey<Number>(Sys, "t", kind + "-typed", 1).Select(Handle),
        "GroupAuto" => Read(PgPubSubSource.GroupAuto<Number>(Sys, "t", kind + "-typed")),
        _ => Read(PgPubSubSource.GroupAtMostOnce<Number>(Sys, "t", kind + "-typed")),
    };

    private static Source<int, ISourceControl> Read(Source<TopicEvent, ISourceControl> source) => source.Select(e => e.As<Number>().Value);

    private static Source<int, ISourceControl> Read(Source<TopicEvent<Number>, ISourceControl> source) => source.Select(e => e.Value.Value);

    private static int Handle(Committable committable)
    {
        committable.Ack();
        return committable.Event.As<Number>().Value;
    }

    private static int Handle(Committable<Number> committable)
    {
        committable.Handle.Ack();
        return committable.Value.Value;
    }
}
