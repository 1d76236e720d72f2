using System.Diagnostics;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Nodes;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>Many private subscribers of one topic on one node, each acking each event; and what that costs the database, compared with one subscriber.</summary>
internal sealed class FanOutFigure : IFigure
{
    private const string Topic = "news";
    private const int Batch = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public string Name => "fanout.1000";

    public async Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench)
    {
        var one = await bench.InSchemaAsync(schema => RunAsync(bench, schema, subscribers: 1));
        var all = await bench.InSchemaAsync(schema => RunAsync(bench, schema, bench.Scale.Fans));
        return
        [
            new Reading(Name, "deliveries/s", all.Rate, null, Goal.AtLeast(2_000_000), all.Seconds),
            new Reading(Name + ".rows_per_event", "rows", all.Rows, one.Rows, Goal.RatioAtMost(1.1), all.Seconds),
        ];
    }

    private static async Task<(double Rate, double Rows, double Seconds)> RunAsync(Bench bench, string schema, int subscribers)
    {
        double rate, seconds;
        var events = bench.Scale.FanEvents;
        await using (var node = await Node.StartAsync(bench.Server.ConnectionString, schema))
        {
            await node.FillAsync(bench.Server, schema, Topic, 0);
            var tally = new Tally();
            await Task.WhenAll(Enumerable.Range(0, subscribers).Select(_ => Consumer.StartAsync(node, tally, Topic)));
            var warm = events / 5;
            await PublishAsync(node, tally, warm, upTo: warm, subscribers);
            var clock = Stopwatch.StartNew();
            await PublishAsync(node, tally, events - warm, upTo: events, subscribers);
            seconds = clock.Elapsed.TotalSeconds;
            rate = (double)(events - warm) * subscribers / seconds;
            tally.RequireEach(events, subscribers);
        }

        await EndedAsync(bench.Server);
        var rows = await bench.Server.AskAsync<decimal>(
            "SELECT sum(idx_tup_fetch + seq_tup_read + n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE schemaname = $1 AND relname IN ('event', 'lease', 'retry', 'cursor', 'mark')", schema);
        return (rate, (double)rows / events, seconds);
    }

    private static async Task PublishAsync(Node node, Tally tally, int events, int upTo, int subscribers)
    {
        var next = new Publish(Topic, new EventBytes(Payload.Utf8, "application/json"), Type: Payload.Type);
        for (var left = events; left > 0; left -= Batch)
        {
            var all = new PublishAll(Topic, Enumerable.Repeat(next, Math.Min(Batch, left)).ToArray());
            CheckFailedException.Require(await node.Hub.Ask<object>(all, Patience) is PublishedAll, "A publish was rejected.");
        }

        await tally.ReachAsync((long)upTo * subscribers, Patience);
    }

    // A session tells its counts when it ends, at the latest.
    private static async Task EndedAsync(Server server)
    {
        var clock = Stopwatch.StartNew();
        while (await server.AskAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'pgpubsub %'") > 0)
        {
            CheckFailedException.Require(clock.Elapsed < Patience, "The node's sessions did not end.");
            await Task.Delay(10);
        }
    }
}
