using System.Diagnostics;
using Akka.Actor;
using Npgsql;
using PgPubSub.Actors;
using PgPubSub.Core.Topics;

namespace PgPubSub.Soak;

/// <summary>The load, and a look at what must not grow every few seconds.</summary>
internal static class SoakRun
{
    public const int PerSecond = 500, Private = 10;

    private const string Topic = "soak";

    /// <summary>A quarter of the looks is left out as warming up; of a short run two minutes, but never more than half of it.</summary>
    public static TimeSpan WarmUp(TimeSpan length) => TimeSpan.FromTicks(Math.Min(length.Ticks / 2, Math.Max(length.Ticks / 4, TimeSpan.FromMinutes(2).Ticks)));

    public static async Task<IReadOnlyList<Flatness>> RunAsync(string connectionString, TimeSpan length, Action<string> tell)
    {
        var schema = $"soak_{Environment.ProcessId}";
        var latencies = new Latencies();
        await using var database = NpgsqlDataSource.Create(connectionString);
        var system = ActorSystem.Create("soak", "akka.loglevel = WARNING");
        List<IReadOnlyList<(string Name, double Value)>> looks = [];
        try
        {
            var hub = PgPubSubHub.Start(system, new PgPubSubOptions { ConnectionString = connectionString, Schema = schema, Retention = new Retention { Count = 1_000 }, CleanupInterval = TimeSpan.FromSeconds(1) });
            system.ActorOf(Props.Create(() => new ConsumerActor(hub, Topic, "group", latencies)));
            for (var i = 0; i < Private; i++)
                system.ActorOf(Props.Create(() => new ConsumerActor(hub, Topic, null, latencies)));
            var pacer = system.ActorOf(Props.Create(() => new PacerActor(hub, Topic, PerSecond, latencies)));

            // A quarter of the looks that are kept is left out: so that the second one begins when all is warm.
            var (since, skipped) = (Stopwatch.GetTimestamp(), ((WarmUp(length) * 4) - length) / 3);
            using var every = new PeriodicTimer(TimeSpan.FromTicks(Math.Max(TimeSpan.FromSeconds(1).Ticks, Math.Min(TimeSpan.FromSeconds(5).Ticks, length.Ticks / 60))));
            while (Stopwatch.GetElapsedTime(since) < length && await every.WaitForNextTickAsync())
            {
                var look = await Look.TakeAsync(database, schema, latencies);
                if (Stopwatch.GetElapsedTime(since) > skipped)
                    looks.Add(look);
                tell(string.Join(", ", look.Where(x => x.Name.StartsWith("event", StringComparison.Ordinal) || x.Name.StartsWith("memory", StringComparison.Ordinal) || x.Name.StartsWith("latency", StringComparison.Ordinal)).Select(x => FormattableString.Invariant($"{x.Name} {x.Value:0.0}"))));
            }
            await pacer.GracefulStop(TimeSpan.FromSeconds(5));
            if (latencies.Rejected > 0)
                throw new InvalidOperationException($"{latencies.Rejected} events were rejected.");
        }
        finally
        {
            await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);
            await using var drop = database.CreateCommand($"DROP SCHEMA IF EXISTS {schema} CASCADE");
            await drop.ExecuteNonQueryAsync();
        }

        return [.. looks[^1].Select((last, i) => Flatness.Of(last.Name, [.. looks.Select(look => look[i].Value)], Look.SlackOf(last.Name)))];
    }
}
