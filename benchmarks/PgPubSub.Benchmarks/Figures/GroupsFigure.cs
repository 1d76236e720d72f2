using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Nodes;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>What publishing costs where ten groups want the events, compared with one group: nothing is written for a group when an event is published. Nobody consumes meanwhile.</summary>
internal sealed class GroupsFigure : IFigure
{
    private const string Topic = "t";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public string Name => "fanout.groups_10";

    public async Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench)
    {
        var (one, _) = await bench.InSchemaAsync(schema => RateAsync(bench, schema, groups: 1));
        var (ten, seconds) = await bench.InSchemaAsync(schema => RateAsync(bench, schema, groups: 10));
        return [new Reading(Name, "msg/s", ten, one, Goal.RatioAtLeast(0.9), seconds)];
    }

    private static async Task<(double Rate, double Seconds)> RateAsync(Bench bench, string schema, int groups)
    {
        await using var node = await Node.StartAsync(bench.Server.ConnectionString, schema);
        for (var i = 0; i < groups; i++)
        {
            var member = node.System.ActorOf(Props.Empty);
            await node.Hub.Ask<Subscribed>(new Subscribe(Topic, "group-" + i, StartFrom.Earliest, Consumer: member), Patience);
            await node.Hub.Ask<Unsubscribed>(new Unsubscribe(Topic, "group-" + i, member), Patience);
        }

        var load = Load.Start(node, Topic);
        var (rate, seconds) = await Rates.OfAsync(() => load.Confirmed, bench.Scale.Window);
        await LogCheck.RequireLogAsync(bench.Server, schema, await load.StopAsync());
        CheckFailedException.Require(await bench.Server.AskAsync<long>($"SELECT count(*) FROM {schema}.subscription") == groups, "The groups are not all there.");
        return (rate, seconds);
    }
}
