using System.Globalization;
using PgPubSub.Samples.Shared.Programs;

namespace CommitFeed;

/// <summary>From arguments to a <see cref="Command"/> and back: the coordinator starts its children with it.</summary>
internal static class CommandLine
{
    public const int FewestEvents = 100, MostEvents = 1_000_000, DefaultEvents = 2_000;

    public static readonly string Usage = $"""
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

    private static Command.Run ParseRun(IReadOnlyList<string> args)
    {
        var run = new Command.Run(DefaultEvents, null);
        for (var i = 0; i < args.Count; i += 2)
        {
            run = args[i] switch
            {
                "--events" => run with { Events = OptionValues.NumberAfter(args, i, FewestEvents, MostEvents) },
                "--jsonl" => run with { JsonLines = OptionValues.After(args, i) },
                var unknown => throw new UsageException($"There is no option '{unknown}'."),
            };
        }

        return run;
    }
}
