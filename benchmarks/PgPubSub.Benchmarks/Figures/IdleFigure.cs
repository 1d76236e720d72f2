using System.Diagnostics;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Processes;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>What a node with many idle subscriptions, half of them groups and half private, on a hundred topics, asks of the database and of its processor.</summary>
internal sealed class IdleFigure : IFigure
{
    public string Name => "idle.1000";

    public Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench) => bench.InSchemaAsync<IReadOnlyList<Reading>>(async schema =>
    {
        var bare = await BareAsync(bench);
        await using var node = await Child.StartAsync(bench.Server, Role.Idle, schema, bench.Scale.Subscriptions);
        await Task.Delay(bench.Scale.Settling);
        var (before, transactionsBefore) = (await node.AskAsync(Roles.Read), await TransactionsAsync(bench.Server));
        var clock = Stopwatch.StartNew();
        await Task.Delay(bench.Scale.Idle);
        var (after, transactionsAfter) = (await node.AskAsync(Roles.Read), await TransactionsAsync(bench.Server));
        var queries = after[4] - before[4];
        var seconds = clock.Elapsed.TotalSeconds;
        CheckFailedException.Require(after[0] == 0, "An idle subscription got an event.");
        CheckFailedException.Require(queries > 0 || bench.Scale == Scale.Smoke, "The node asked nothing at all: it does not live.");
        return
        [
            new Reading(Name + ".queries", "1/s", queries / seconds, null, Goal.AtMost(1.2), seconds),
            new Reading(Name + ".transactions", "1/s", (transactionsAfter - transactionsBefore) / seconds, null, null, seconds),
            new Reading(Name + ".cpu", "% of a core", (after[2] - before[2]) / seconds / 10, bare, Goal.AtMost(2), seconds),
        ];
    });

    // What Akka's own clock takes here: it wakes a thread of the pool a hundred times a second.
    private static async Task<double> BareAsync(Bench bench)
    {
        await using var bare = await Child.StartAsync(bench.Server, Role.Bare, "none");
        await Task.Delay(bench.Scale.Settling);
        var (before, clock) = (await bare.AskAsync(Roles.Read), Stopwatch.StartNew());
        await Task.Delay(bench.Scale.Idle / 2);
        return ((await bare.AskAsync(Roles.Read))[2] - before[2]) / clock.Elapsed.TotalSeconds / 10;
    }

    // All transactions of the database, and so this program's own few and the server's: never fewer than the node's.
    private static Task<long> TransactionsAsync(Server server) =>
        server.AskAsync<long>("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()");
}
