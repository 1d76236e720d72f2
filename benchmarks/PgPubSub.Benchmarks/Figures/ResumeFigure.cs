using System.Diagnostics;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Nodes;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>The time from subscribing to the first event at a far offset, against a near one in the same long history; of groups and of private subscribers.</summary>
internal sealed class ResumeFigure : IFigure
{
    private const string Topic = "history";
    private const long Near = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => "resume.deep";

    public Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench) => bench.InSchemaAsync<IReadOnlyList<Reading>>(async schema =>
    {
        await using var node = await Node.StartAsync(bench.Server.ConnectionString, schema);
        await node.FillAsync(bench.Server, schema, Topic, bench.Scale.DeepOffset + 2_000);
        return [await CompareAsync(bench, node, Name, grouped: false), await CompareAsync(bench, node, Name + ".group", grouped: true)];
    });

    private static async Task<Reading> CompareAsync(Bench bench, Node node, string name, bool grouped)
    {
        var (near, deep) = (new List<double>(), new List<double>());
        for (var i = -2; i < bench.Scale.Resumptions; i++)
        {
            var (first, second) = (await FirstAsync(node, Near, grouped), await FirstAsync(node, bench.Scale.DeepOffset, grouped));
            if (i < 0)
                continue; // warm
            near.Add(first);
            deep.Add(second);
        }

        return new Reading(name, "ms", Median.Of(deep), Median.Of(near), Goal.RatioAtMost(1.3), deep.Sum() / 1_000);
    }

    private static async Task<double> FirstAsync(Node node, long offset, bool grouped)
    {
        var first = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var group = grouped ? $"group-{Guid.NewGuid():N}" : null;
        var start = Stopwatch.GetTimestamp();
        var consumer = await Consumer.StartAsync(
            node, new Subscribe(Topic, group, StartFrom.Offset(offset), Window: 1), delivery => first.TrySetResult(delivery.Offset), static delivery => delivery.Ack(), new Tally());
        var got = await first.Task.WaitAsync(Patience);
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        CheckFailedException.Require(got == offset, $"The first event was {got} in place of {offset}.");
        await node.Hub.Ask<Unsubscribed>(new Unsubscribe(Topic, group, consumer), Patience);
        return took;
    }
}
