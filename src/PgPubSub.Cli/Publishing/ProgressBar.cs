using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace PgPubSub.Cli.Publishing;

/// <summary>How far a file is published: a bar, the share of its bytes, events and their rate. Drawn on standard error, where that is a terminal.</summary>
internal static class ProgressBar
{
    /// <summary>Runs the work and draws what it tells.</summary>
    /// <param name="bytes">The file's size; null where it is not known, and where nobody looks.</param>
    /// <param name="work">Gets what to call after each batch.</param>
    public static Task RunAsync(long? bytes, Func<Action<LinePublisher>, Task> work) => bytes is { } size && !Console.IsErrorRedirected
        ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }).Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var (bar, watch) = (context.AddTask("starting", maxValue: Math.Max(1, size)), Stopwatch.StartNew());
                await work(publisher =>
                {
                    bar.Value = publisher.Position;
                    bar.Description = Say(publisher.Published, watch.Elapsed);
                });
            })
        : work(_ => { });

    private static string Say(long events, TimeSpan elapsed) =>
        string.Create(CultureInfo.InvariantCulture, $"{events:N0} events, {events / Math.Max(elapsed.TotalSeconds, 0.001):N0}/s");
}
