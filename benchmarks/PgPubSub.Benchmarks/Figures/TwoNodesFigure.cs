using System.Diagnostics;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Nodes;
using PgPubSub.Benchmarks.Processes;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>Two processes share a group's backlog, an ack per event; against one process that has it alone.</summary>
internal sealed class TwoNodesFigure : IFigure
{
    private const string Topic = "backlog", Group = "workers";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5), BetweenLooks = TimeSpan.FromMilliseconds(10);

    public string Name => "consume.two_nodes";

    public async Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench)
    {
        var (one, _) = await bench.InSchemaAsync(schema => RateAsync(bench, schema, nodes: 1));
        var (two, seconds) = await bench.InSchemaAsync(schema => RateAsync(bench, schema, nodes: 2));
        return [new Reading(Name, "msg/s", two, one, Goal.RatioAtLeast(0.9), seconds)];
    }

    private static async Task<(double Rate, double Seconds)> RateAsync(Bench bench, string schema, int nodes)
    {
        var backlog = bench.Scale.Backlog;
        await using (var filler = await Node.StartAsync(bench.Server.ConnectionString, schema))
            await filler.FillAsync(bench.Server, schema, Topic, backlog);
        List<Child> children = [];
        try
        {
            for (var i = 0; i < nodes; i++)
                children.Add(await Child.StartAsync(bench.Server, Role.Consume, schema, Topic, Group));
            var clock = Stopwatch.StartNew();
            foreach (var child in children)
                await child.TellAsync(Roles.Go);
            await WorkedOffAsync(bench.Server, schema, backlog, clock);
            var seconds = clock.Elapsed.TotalSeconds;
            var (handled, sum) = (0L, 0L);
            foreach (var child in children)
            {
                var numbers = await child.AskAsync(Roles.Read);
                CheckFailedException.Require(numbers[0] > 0 || backlog < Scale.Quick.Backlog, "A node got nothing.");
                (handled, sum) = (handled + numbers[0], sum + numbers[1]);
            }

            CheckFailedException.Require(handled == backlog && sum == (long)backlog * (backlog - 1) / 2, $"{handled} of {backlog} events were handled, or one twice.");
            return (backlog / seconds, seconds);
        }
        finally
        {
            foreach (var child in children)
                await child.DisposeAsync();
        }
    }

    private static async Task WorkedOffAsync(Server server, string schema, long backlog, Stopwatch clock)
    {
        var worked = $"SELECT (SELECT max(hi) FROM {schema}.cursor) = $1 AND NOT EXISTS (SELECT FROM {schema}.lease)";
        while (await server.AskAsync<object>(worked, backlog) is not true)
        {
            CheckFailedException.Require(clock.Elapsed < Patience, "The backlog was not worked off.");
            await Task.Delay(BetweenLooks);
        }
    }
}
