using PgPubSub.Benchmarks.Figures;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Reports;

namespace PgPubSub.Benchmarks;

/// <summary>Measures figures and tells each as soon as it is known. A goal that is missed is told; a check that fails, fails the run.</summary>
internal static class BenchRun
{
    /// <returns>Whether every check held.</returns>
    public static async Task<bool> RunAsync(BenchCommand command, string connectionString, Action<string> tell, Action<string> say)
    {
        await using var server = await Server.ConnectAsync(connectionString);
        say($"PostgreSQL {server.Durability.Version}, {server.Durability}, {Environment.ProcessorCount} cores, {command.Scale.Rounds} round(s)");
        var (bench, sound) = (new Bench(server, command.Scale), true);
        List<Reading> told = [];
        foreach (var figure in command.Figures)
        {
            if (figure.Obstacle is { } obstacle)
            {
                tell(JsonLine.Of(figure, obstacle));
                continue;
            }

            try
            {
                List<IReadOnlyList<Reading>> rounds = [];
                for (var round = 0; round < command.Scale.Rounds; round++)
                    rounds.Add(await figure.MeasureAsync(bench));
                foreach (var reading in Median.Of(rounds))
                {
                    told.Add(reading);
                    tell(JsonLine.Of(reading, server.Durability.SynchronousCommit));
                }
            }
            catch (CheckFailedException e)
            {
                (sound, _) = (false, e);
                tell(JsonLine.Of(figure, "FAILED: " + e.Message));
            }
        }

        if (command.Report is { } file && sound)
            await File.WriteAllTextAsync(file, PerformancePage.Of(told, server.Durability, command));
        return sound;
    }
}
