using System.Diagnostics;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Floors;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Nodes;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>64 actors publish and one consumer of a group acks each event, at once and on one node; what was published counts when it is acked.</summary>
internal sealed class EndToEndFigure : IFigure
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public string Name => "end_to_end.group";

    public async Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench)
    {
        var floor = await AppendFloor.RateAsync(bench.Server, writers: 1, count: 500, bench.Scale.Window);
        var (value, seconds) = await bench.InSchemaAsync(schema => RateAsync(bench, schema));
        return [new Reading(Name, "msg/s", value, floor, Goal.RatioAtLeast(0.4), seconds)];
    }

    private static async Task<(double Rate, double Seconds)> RateAsync(Bench bench, string schema)
    {
        await using var node = await Node.StartAsync(bench.Server.ConnectionString, schema);
        var tally = new Tally();
        await Consumer.StartAsync(node, tally, "t", "workers", StartFrom.Earliest);
        var clock = Stopwatch.StartNew();
        var load = Load.Start(node, "t");
        await Task.Delay(bench.Scale.Window);
        var published = await load.StopAsync();
        await tally.ReachAsync(published, Patience);
        var seconds = clock.Elapsed.TotalSeconds;
        CheckFailedException.Require(await node.Hub.Ask<object>(new Flush(), Patience) is Flushed, "Not everything was settled.");
        tally.RequireEach(published);
        await LogCheck.RequireLogAsync(bench.Server, schema, published);
        await LogCheck.RequireSettledAsync(bench.Server, schema);
        return (published / seconds, seconds);
    }
}
