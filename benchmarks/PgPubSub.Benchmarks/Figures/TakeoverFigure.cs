using System.Diagnostics;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Nodes;
using PgPubSub.Benchmarks.Processes;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>From SIGKILL of a process that holds events of a group to the first of them in the hands of another process.</summary>
internal sealed class TakeoverFigure : IFigure
{
    private const string Topic = "t", Group = "workers";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Settling = TimeSpan.FromSeconds(6);

    public string Name => "takeover";

    public Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench) => bench.InSchemaAsync<IReadOnlyList<Reading>>(async schema =>
    {
        await using var node = await Node.StartAsync(bench.Server.ConnectionString, schema);
        var (tally, again) = (new Tally(), new TaskCompletionSource<long>());
        await Consumer.StartAsync(
            node, new Subscribe(Topic, Group, StartFrom.Earliest),
            delivery =>
            {
                tally.Take(delivery.Offset);
                if (delivery.Attempt > 1)
                    Volatile.Read(ref again).TrySetResult(Stopwatch.GetTimestamp());
            },
            static delivery => delivery.Ack(), tally);
        await Task.Delay(Settling); // a node that is younger judges no other
        var (took, events) = (new List<double>(), 0L);
        for (var i = 0; i < bench.Scale.Takeovers; i++)
        {
            Volatile.Write(ref again, new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
            await using var held = await Child.StartAsync(bench.Server, Role.Hold, schema, Topic, Group);
            var holding = held.HearAsync(Roles.Holding);
            for (var n = 0; n < 1_000 && !holding.IsCompleted; n++, events++)
                CheckFailedException.Require(await node.Hub.Ask<object>(new Publish(Topic, Stamp.Now(), Type: Payload.Type), Patience) is Published, "A publish was rejected.");
            await holding;
            var killed = Stopwatch.GetTimestamp();
            held.Kill();
            took.Add(Stopwatch.GetElapsedTime(killed, await again.Task.WaitAsync(Patience)).TotalSeconds);
            await tally.ReachAsync(events, Patience);
        }

        tally.RequireEach(events);
        return [new Reading(Name, "s", Median.Of(took), null, Goal.AtMost(2), took.Sum())];
    });
}
