using System.Diagnostics;
using PgPubSub.Benchmarks.Floors;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Nodes;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>64 actors publish to one topic or to many, each with 16 unconfirmed, against one writer that appends batches of 500.</summary>
internal sealed class PublishFigure(string name, int topics, Goal goal) : IFigure
{
    public string Name => name;

    public async Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench)
    {
        var floor = await AppendFloor.RateAsync(bench.Server, writers: 1, count: 500, bench.Scale.Window);
        var (value, seconds) = await bench.InSchemaAsync(schema => RateAsync(bench, schema));
        return [new Reading(name, "msg/s", value, floor, goal, seconds)];
    }

    private async Task<(double Rate, double Seconds)> RateAsync(Bench bench, string schema)
    {
        await using var node = await Node.StartAsync(bench.Server.ConnectionString, schema);
        var load = Load.Start(node, [.. Enumerable.Range(0, topics).Select(i => "topic-" + i)]);
        var (rate, seconds) = await Rates.OfAsync(() => load.Confirmed, bench.Scale.Window);
        await LogCheck.RequireLogAsync(bench.Server, schema, await load.StopAsync());
        return (rate, seconds);
    }
}
