using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Actors;
using PgPubSub.InMemory;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Streams.Tests.Losses;

public sealed class LossyStreamsPostgresSpec : LossyStreamsSpec
{
    protected override int Seeds => 4;
}

public sealed class LossyStreamsInMemorySpec : LossyStreamsSpec
{
    protected override bool InMemory => true;

    protected override int Seeds => 16;
}

/// <summary>Every stage over stores that lose, delay and repeat what they are asked and what they answer.</summary>
public abstract class LossyStreamsSpec : StreamSpec
{
    private const int Events = 200, AtOnce = 4;

    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(60);

    protected abstract int Seeds { get; }

    [Fact]
    public async Task Whatever_is_lost_on_the_way_every_stage_keeps_its_promise()
    {
        var struck = new List<KeyValuePair<(string Operation, Loss Loss), int>>();
        foreach (var seeds in Enumerable.Range(1, Seeds).Chunk(AtOnce))
        {
            foreach (var plan in await Task.WhenAll(seeds.Select(PlayAsync)))
                struck.AddRange(plan.Struck);
        }

        // How much strikes one seed depends on how many calls there are, and under load they are few and large.
        Assert.True(struck.Sum(one => one.Value) > 15 * Seeds, $"little was lost: {struck.Sum(one => one.Value)} calls in {Seeds} seeds");
        Assert.True(struck.DistinctBy(one => one.Key).Count() > 20, "too few kinds of losses: " + string.Join(", ", struck.Select(one => one.Key).Distinct()));
    }

    private async Task<LossyPlan> PlayAsync(int seed)
    {
        var plan = new LossyPlan(seed);
        var options = InMemory ? new PgPubSubOptions().UseInMemory(new InMemoryStore()) : new() { ConnectionString = ConnectionString, Schema = $"{Schema}_{seed}" };
        (options.TimeToLive, options.PollInterval) = (TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(200));
        var system = ActorSystem.Create($"lossy-{seed}", "akka.loglevel = ERROR");
        try
        {
            PgPubSubHub.Start(system, options.Through(plan));
            await PlayAsync(system, plan).WaitAsync(LongPatience);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{plan}: {e.Message}", e);
        }

        Assert.True(plan.Struck.Count > 3, $"{plan}: little was lost");
        await plan.CalmAsync();
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        if (!InMemory)
            await RunAsync($"DROP SCHEMA IF EXISTS {Schema}_{seed} CASCADE");
        return plan;
    }

    private static async Task PlayAsync(ActorSystem system, LossyPlan plan)
    {
        var materializer = system.Materializer();
        Member[] members =
        [
            new("commit", source: PgPubSubSource.Group(system, "t", "commit"), system, materializer),
            new("keys", source: PgPubSubSource.GroupByKey(system, "t", "keys", 4), system, materializer),
        ];
        var (auto, autoSeen) = Run(PgPubSubSource.GroupAuto(system, "t", "auto"), materializer);
        var (once, onceSeen) = Run(PgPubSubSource.GroupAtMostOnce(system, "t", "once"), materializer);
        var log = PgPubSubSource.FromOffset(system, "t", 0).Take(Events).RunWith(Sink.Seq<TopicEvent>(), materializer);

        var published = await Source.From(Enumerable.Range(0, Events)).Select(n => new Publish("t", new Number(n), Key: $"k{n % 5}"))
            .Via(PgPubSubFlow.Publish<Publish>(system, "t", new() { MaxBatch = 20 })).RunWith(Sink.Seq<Published>(), materializer);
        var events = await log;
        Assert.Equal(Enumerable.Range(0, Events).Select(n => (long)n), published.Select(p => p.Offset));
        Assert.Equal(Enumerable.Range(0, Events).Select(n => ((long)n, n)), events.Select(e => (e.Offset, e.As<Number>().Value)));
        Assert.Equal(published.Select(p => p.EventId), events.Select(e => e.EventId));

        foreach (var member in members)
            await member.All;
        await autoSeen.All;
        await plan.CalmAsync();
        foreach (var control in members.Select(member => member.Control).Append(auto).Append(once))
            await control.DrainAndShutdown();
        foreach (var member in members)
            await member.CheckAsync();
        Assert.Equal(onceSeen.Offsets.Count, onceSeen.Offsets.Distinct().Count());
    }

    private static (ISourceControl, Seen) Run(Source<TopicEvent, ISourceControl> source, IMaterializer materializer)
    {
        var seen = new Seen();
        return (source.To(Sink.ForEach<TopicEvent>(e => seen.Add(e.Offset))).Run(materializer), seen);
    }

    /// <summary>Which events were seen, each as often as it was.</summary>
    private sealed class Seen
    {
        private readonly HashSet<long> _missing = [.. Enumerable.Range(0, Events).Select(n => (long)n)];
        private readonly TaskCompletionSource _all = new();

        public ConcurrentQueue<long> Offsets { get; } = [];

        public Task All => _all.Task;

        public void Add(long offset)
        {
            Offsets.Enqueue(offset);
            if (_missing.Remove(offset) && _missing.Count == 0)
                _all.SetResult();
        }
    }

    /// <summary>A member of a group that commits in batches.</summary>
    private sealed class Member
    {
        private readonly string _group;
        private readonly Seen _seen = new();
        private readonly Queue<(long Offset, int Attempt)> _handed = [];
        private readonly HashSet<long> _committed = [];
        private readonly List<string> _problems = [];
        private readonly Task _over;

        public Member(string group, Source<Committable, ISourceControl> source, ActorSystem system, IMaterializer materializer)
        {
            _group = group;
            (Control, _over) = source.Select(Hand).Via(PgPubSubFlow.Commit<Committable>(system, new() { MaxBatch = 10 }))
                .ToMaterialized(Sink.ForEach<CommitBatch>(Committed), Keep.Both).Run(materializer);
        }

        public ISourceControl Control { get; }

        public Task All => _seen.All;

        public async Task CheckAsync()
        {
            await _over;
            Assert.True(_problems.Count == 0, $"{_group}: {string.Join(" ", _problems)}");
        }

        // One island: neither runs beside the other.
        private Committable Hand(Committable committable)
        {
            if (_committed.Contains(committable.Offset))
                _problems.Add($"{committable.Offset} came again after its commit was confirmed.");
            _handed.Enqueue((committable.Offset, committable.Attempt));
            _seen.Add(committable.Offset);
            return committable;
        }

        private void Committed(CommitBatch batch)
        {
            var failed = batch.Failures.Select(failure => (failure.Offset, failure.Attempt)).ToHashSet();
            for (var i = 0; i < batch.Count; i++)
            {
                var one = _handed.Dequeue();
                if (!failed.Contains(one))
                    _committed.Add(one.Offset);
            }
        }
    }
}
