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
            var clock = Stopwatch.StartNew();
            var bytes = new EventBytes(Payload.Utf8, "application/json");
            var sent = 0;
            for (; sent < events; sent += Math.Min(500, events - sent))
            {
                var all = new PublishAll(Topic, Enumerable.Repeat(new Publish(Topic, bytes, Type: Payload.Type), Math.Min(500, events - sent)).ToArray());
                CheckFailedException.Require(await node.Hub.Ask<object>(all, Patience) is PublishedAll, "A publish was rejected.");
            }

            await tally.ReachAsync((long)events * subscribers, Patience);
            seconds = clock.Elapsed.TotalSeconds;
            rate = (double)events * subscribers / seconds;
            tally.RequireEach(events, subscribers);
        }

        // A session tells its counts when it ends, at the latest.
        var rows = await bench.Server.AskAsync<decimal>(
            "SELECT sum(idx_tup_fetch + seq_tup_read + n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE schemaname = $1 AND relname IN ('event', 'lease', 'retry', 'cursor', 'mark')", schema);
        return (rate, (double)rows / events, seconds);
    }
}
