using PgPubSub.Actors;
using PgPubSub.Benchmarks.Floors;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Nodes;
using PgPubSub.Benchmarks.Processes;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>From the publish in one process to the consumer actor in another, at 200 events a second; against append, notify and read by hand.</summary>
internal sealed class LatencyFigure(string name, string? group, double p50, double p99) : IFigure
{
    private const string Topic = "t";

    public string Name => name;

    public async Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench)
    {
        var floor = await LatencyFloor.RunAsync(bench.Server, bench.Scale.Warming, bench.Scale.Latencies);
        var took = await bench.InSchemaAsync(schema => RunAsync(bench, schema));
        var seconds = took.Count / 200.0;
        double[] warm = [.. took.Skip(bench.Scale.Warming)];
        return
        [
            new Reading(name + ".p50", "ms", Median.At(warm, .5), floor.P50, Goal.RatioAtMost(p50), seconds),
            new Reading(name + ".p99", "ms", Median.At(warm, .99), floor.P99, Goal.RatioAtMost(p99), seconds),
        ];
    }

    private async Task<List<double>> RunAsync(Bench bench, string schema)
    {
        await using var node = await Node.StartAsync(bench.Server.ConnectionString, schema);
        await node.FillAsync(bench.Server, schema, Topic, 0);
        var (tally, took) = (new Tally(), new List<double>());
        await Consumer.StartAsync(
            node, new Subscribe(Topic, group, StartFrom.Earliest),
            delivery =>
            {
                took.Add(Stamp.Age(delivery).TotalMilliseconds);
                tally.Take(delivery.Offset);
            },
            static delivery => delivery.Ack(), tally);
        await using var publisher = await Child.StartAsync(bench.Server, Role.Pace, schema, Topic, bench.Scale.Warming + bench.Scale.Latencies);
        await publisher.TellAsync(Roles.Go);
        await publisher.HearAsync(Roles.Done);
        await tally.ReachAsync(bench.Scale.Warming + bench.Scale.Latencies, TimeSpan.FromSeconds(30));
        tally.RequireEach(bench.Scale.Warming + bench.Scale.Latencies);
        return took;
    }
}
