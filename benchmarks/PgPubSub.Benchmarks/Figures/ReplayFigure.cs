using System.Diagnostics;
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Floors;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Nodes;
using PgPubSub.Streams;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>A stream from offset 0 over a long history, against a plain paged read of the same table.</summary>
internal sealed class ReplayFigure : IFigure
{
    private const string Topic = "history";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public string Name => "stream.replay";

    public Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench) => bench.InSchemaAsync<IReadOnlyList<Reading>>(async schema =>
    {
        await using var node = await Node.StartAsync(bench.Server.ConnectionString, schema);
        var events = bench.Scale.History;
        var topic = await node.FillAsync(bench.Server, schema, Topic, events);
        await ReadFloor.RateAsync(bench.Server, schema, topic, events); // brings the table into the server's memory for both
        var floor = await ReadFloor.RateAsync(bench.Server, schema, topic, events);
        using var materializer = node.System.Materializer();
        var clock = Stopwatch.StartNew();
        var next = await PgPubSubSource.FromOffset(node.System, Topic, 0).Take(events)
            .RunAggregate(0L, static (due, e) => e.Offset == due ? due + 1 : throw new CheckFailedException($"Offset {e.Offset} came in place of {due}."), materializer)
            .WaitAsync(Patience);
        var seconds = clock.Elapsed.TotalSeconds;
        CheckFailedException.Require(next == events, $"The stream brought {next} events in place of {events}.");
        return [new Reading(Name, "msg/s", events / seconds, floor, Goal.RatioAtLeast(0.5), seconds)];
    });
}
