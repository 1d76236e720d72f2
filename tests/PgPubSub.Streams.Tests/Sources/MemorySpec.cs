using System.Diagnostics;
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Actors;
using Xunit.Abstractions;

namespace PgPubSub.Streams.Tests.Sources;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    // The heap that a spec measures is that of its process: nothing else runs beside it.
    public const string Name = "alone";
}

/// <summary>A long replay holds no more than its window and a page, however slow its consumer.</summary>
[Collection(Alone.Name)]
public sealed class MemorySpec(ITestOutputHelper output) : StreamSpec
{
    private const int Events = 1_000_000, MostInOne = 10_000;

    private static readonly long Most = 64L << 20;

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.CleanupInterval = TimeSpan.Zero;
        return options;
    }

    [Fact]
    public async Task A_replay_of_a_million_events_through_a_slow_consumer_keeps_the_heap_small()
    {
        foreach (var batch in Enumerable.Range(0, Events).Chunk(MostInOne))
            await PublishAsync("t", batch);
        var (idle, most, next, clock) = (Heap(), 0L, 0L, Stopwatch.StartNew());

        await PgPubSubSource.Replay(Sys, "t", 0, Events).RunForeach(
            e =>
            {
                Assert.Equal(next++, e.Offset);
                if (next % 100 == 0)
                    Thread.Sleep(1); // the consumer is slow, that is the point
                if (next % 50_000 == 0)
                    most = Math.Max(most, Heap());
            },
            Materializer);

        output.WriteLine($"{next} events in {clock.Elapsed.TotalSeconds:F1} s: heap after collection {idle >> 20} MB idle, at most {most >> 20} MB while reading; " +
            $"working set {Process.GetCurrentProcess().WorkingSet64 >> 20} MB");
        Assert.Equal(Events, next);
        Assert.True(most - idle < Most, $"the live heap grew by {(most - idle) >> 20} MB");
    }

    private static long Heap() => GC.GetTotalMemory(forceFullCollection: true);
}
