using System.Globalization;

namespace CommitFeed;

/// <summary>An argument is not usable.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>From arguments to a <see cref="Command"/> and back: the coordinator starts its children with it.</summary>
internal static class CommandLine
{
    public const int FewestEvents = 100, MostEvents = 1_000_000, DefaultEvents = 2_000;

    private static readonly string Usage = $"""
        usage: run [--events N] [--jsonl FILE]
          --events N     publish at least N events, {FewestEvents} to {MostEvents} ({DefaultEvents} unless given); the input is repeated as a whole
          --jsonl FILE   publish the lines of FILE, one JSON value a line, instead of the Git history of the current folder
        """;

    public static Command Parse(IReadOnlyList<string> args) => args switch
    {
        ["--help" or "-h"] => new Command.Help(),
        ["worker", var name, var schema, var journal] => new Command.Worker(name, schema, journal),
        ["reader", var name, var schema, var journal] => new Command.Reader(name, schema, journal, null),
        ["reader", var name, var schema, var journal, var from] when long.TryParse(from, CultureInfo.InvariantCulture, out var offset) =>
            new Command.Reader(name, schema, journal, offset),
        _ => ParseRun(args),
    };

    public static IReadOnlyList<string> Format(Command command) => command switch
    {
        Command.Worker c => ["worker", c.Name, c.Schema, c.Journal],
        Command.Reader { From: { } from } c => ["reader", c.Name, c.Schema, c.Journal, from.ToString(CultureInfo.InvariantCulture)],
        Command.Reader c => ["reader", c.Name, c.Schema, c.Journal],
        _ => throw new ArgumentException("Only workers and readers are started by the program itself.", nameof(command)),
    };

    public static int ShowUsage(TextWriter to)
    {
        to.WriteLine(Usage);
        return ExitCodes.Good;
    }

    private static Command.Run ParseRun(IReadOnlyList<string> args)
    {
        var run = new Command.Run(DefaultEvents, null);
        for (var i = 0; i < args.Count; i += 2)
        {
            run = args[i] switch
            {
                "--events" => run with { Events = EventsOf(ValueAfter(args, i)) },
                "--jsonl" => run with { JsonLines = ValueAfter(args, i) },
                var unknown => throw new UsageException($"There is no option '{unknown}'."),
            };
        }

        return run;
    }

    private static string ValueAfter(IReadOnlyList<string> args, int option) =>
        option + 1 < args.Count && args[option + 1].Length > 0 ? args[option + 1] : throw new UsageException($"{args[option]} needs a value.");

    private static int EventsOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var events) && events is >= FewestEvents and <= MostEvents
            ? events
            : throw new UsageException($"--events is '{text}'; it must be a number from {FewestEvents} to {MostEvents}.");
}
