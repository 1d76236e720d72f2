using System.Diagnostics;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Floors;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Nodes;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>One consumer actor of a group works off a backlog, an ack per event, against a program that claims and settles pages of 256.</summary>
internal sealed class ConsumeFigure : IFigure
{
    private const string Topic = "backlog", Group = "workers";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public string Name => "consume.group";

    public async Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench)
    {
        var floor = await ClaimFloor.RateAsync(bench.Server, members: 1, count: 256, bench.Scale.Backlog, Patience);
        var (value, seconds) = await bench.InSchemaAsync(schema => RateAsync(bench, schema, window: null));
        var (wide, wideSeconds) = await bench.InSchemaAsync(schema => RateAsync(bench, schema, window: 1_000));
        return
        [
            new Reading(Name, "msg/s", value, floor, Goal.RatioAtLeast(0.8), seconds),
            new Reading(Name + ".window_1000", "msg/s", wide, floor, null, wideSeconds),
        ];
    }

    private static async Task<(double Rate, double Seconds)> RateAsync(Bench bench, string schema, int? window)
    {
        await using var node = await Node.StartAsync(bench.Server.ConnectionString, schema);
        var backlog = bench.Scale.Backlog;
        await node.FillAsync(bench.Server, schema, Topic, backlog);
        var tally = new Tally();
        var clock = Stopwatch.StartNew();
        await Consumer.StartAsync(
            node, new Subscribe(Topic, Group, StartFrom.Earliest, window), delivery => tally.Take(delivery.Offset), static delivery => delivery.Ack(), tally);
        await tally.ReachAsync(backlog, Patience);
        var seconds = clock.Elapsed.TotalSeconds;
        CheckFailedException.Require(await node.Hub.Ask<object>(new Flush(), Patience) is Flushed, "Not everything was settled.");
        tally.RequireEach(backlog);
        await LogCheck.RequireSettledAsync(bench.Server, schema);
        return (backlog / seconds, seconds);
    }
}
