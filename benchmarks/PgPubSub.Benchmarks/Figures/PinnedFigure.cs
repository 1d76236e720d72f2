using Npgsql;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Nodes;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>Publishing and consuming at once, one event in fifty nacked once, while a stranger's snapshot keeps everything that dies from being cleaned up; against the same without.</summary>
internal sealed class PinnedFigure : IFigure
{
    private const int NackedOneIn = 50;

    public string Name => "pinned_xmin";

    public async Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench)
    {
        var (free, _) = await bench.InSchemaAsync(schema => RateAsync(bench, schema));
        await using var holder = await bench.Server.OpenAsync();
        await using var snapshot = await holder.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using (var hold = new NpgsqlCommand("SELECT pg_current_xact_id()", holder, snapshot))
            await hold.ExecuteScalarAsync();
        var (pinned, seconds) = await bench.InSchemaAsync(schema => RateAsync(bench, schema));
        await using (var still = new NpgsqlCommand("SELECT backend_xmin IS NOT NULL FROM pg_stat_activity WHERE pid = pg_backend_pid()", holder, snapshot))
            CheckFailedException.Require((bool)(await still.ExecuteScalarAsync())!, "The snapshot was not held.");
        return [new Reading(Name, "msg/s", pinned, free, Goal.RatioAtLeast(0.95), seconds)];
    }

    private static async Task<(double Rate, double Seconds)> RateAsync(Bench bench, string schema)
    {
        await using var node = await Node.StartAsync(bench.Server.ConnectionString, schema);
        var (tally, nacked) = (new Tally(), 0L);
        await Consumer.StartAsync(
            node, new Subscribe("t", "workers", StartFrom.Earliest),
            delivery =>
            {
                if (Fails(delivery))
                    nacked++;
                else
                    tally.Take(delivery.Offset);
            },
            static delivery => Fails(delivery) ? delivery.Nack("to be tried again") : delivery.Ack(),
            tally);
        var load = Load.Start(node, "t");
        var (rate, seconds) = await Rates.OfAsync(() => tally.Handled, bench.Scale.Pinned);
        var published = await load.StopAsync();
        await tally.ReachAsync(published, TimeSpan.FromMinutes(2));
        tally.RequireEach(published);
        CheckFailedException.Require(nacked == (published + NackedOneIn - 1) / NackedOneIn, $"{nacked} of {published} events were nacked.");
        return (rate, seconds);
    }

    private static bool Fails(Delivery delivery) => delivery.Attempt == 1 && delivery.Offset % NackedOneIn == 0;
}
