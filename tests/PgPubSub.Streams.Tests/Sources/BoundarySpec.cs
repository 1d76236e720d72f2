using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Tests.Sources;

public sealed class BoundaryPostgresSpec : BoundarySpec
{
    protected override int Seeds => 50;
}

public sealed class BoundaryInMemorySpec : BoundarySpec
{
    protected override bool InMemory => true;

    protected override int Seeds => 1_000;
}

/// <summary>Where history runs into what is being published.</summary>
public abstract class BoundarySpec : StreamSpec
{
    private const int AtOnce = 8;

    protected abstract int Seeds { get; }

    [Fact]
    public async Task History_runs_into_live_without_gap_repetition_or_reordering_whoever_publishes_meanwhile()
    {
        var caughtUp = 0;
        foreach (var seeds in Enumerable.Range(0, Seeds).Chunk(AtOnce))
        {
            foreach (var task in seeds.Select(PlayAsync).ToArray())
                caughtUp += await task ? 1 : 0;
        }

        Assert.True(caughtUp > Seeds / 4, $"only {caughtUp} of {Seeds} read history and live events");
    }

    // Whether the source read some of both.
    private async Task<bool> PlayAsync(int seed)
    {
        var random = new Random(seed);
        var (topic, history, live) = ($"t{seed}", random.Next(0, 120), random.Next(1, 120));
        await PublishAllAsync(topic, 0, history, random, pause: null);
        var from = random.Next(0, history + 1);
        var options = new LogSourceOptions { Window = random.Next(1, 40) };
        var (control, probe) = Of(random.Next(4), topic, from, options).ToMaterialized(this.SinkProbe<TopicEvent>(), Keep.Both).Run(Materializer);
        var pause = new SemaphoreSlim(0);
        var publishing = PublishAllAsync(topic, history, live, new Random(seed + 1), pause);

        long? first = null;
        for (var next = from; next < history + live;)
        {
            var demand = random.Next(1, 30);
            await probe.RequestAsync(demand);
            for (; demand > 0 && next < history + live; demand--, next++)
            {
                if (next >= history - 20 || random.Next(3) == 0)
                    pause.Release(); // another publish, about where history ends
                var e = await probe.ExpectNextAsync(Patience);
                first ??= e.Offset;
                Assert.True(e.Offset == next && e.As<Number>().Value == next, $"seed {seed}: {e.Offset} came where {next} was due");
            }
        }

        await publishing;
        Assert.True(first == from, $"seed {seed}: began with {first} in place of {from}");
        control.Stop();
        return from < history;
    }

    // The ways to begin there.
    private Source<TopicEvent, ISourceControl> Of(int way, string topic, long from, LogSourceOptions options) => way switch
    {
        0 => PgPubSubSource.FromOffsets(Sys, topic, new Dictionary<string, long> { [topic] = from }, options),
        1 => PgPubSubSource.Replay(Sys, topic, from, long.MaxValue, options),
        _ => PgPubSubSource.FromOffset(Sys, topic, from, options),
    };

    private async Task PublishAllAsync(string topic, int start, int events, Random random, SemaphoreSlim? pause)
    {
        var publisher = CreateTestProbe();
        for (var i = 0; i < events;)
        {
            if (pause is not null)
                await pause.WaitAsync(TimeSpan.FromMilliseconds(random.Next(3)));
            var more = Math.Min(random.Next(1, 12), events - i);
            Hub.Tell(new PublishAll(topic, Enumerable.Range(start + i, more).Select(n => (object)new Number(n))), publisher);
            i += more;
            if (random.Next(2) == 0)
                await publisher.ExpectMsgAsync<PublishedAll>(Patience);
        }
    }
}
