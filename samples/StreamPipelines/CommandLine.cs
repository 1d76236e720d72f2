using PgPubSub.Samples.Shared.Programs;

namespace StreamPipelines;

/// <summary>From arguments to <see cref="Options"/>.</summary>
internal static class CommandLine
{
    public const int FewestEvents = 100, MostEvents = 1_000_000, DefaultEvents = 2_000, MostWindow = 100_000, DefaultWindow = 500;

    public static readonly string Usage = $"""
        usage: dotnet run --project samples/StreamPipelines [-- [--events N] [--window N]]
          --events N   publish at least N commits, {FewestEvents} to {MostEvents} ({DefaultEvents} unless given); the history is repeated as a whole
          --window N   the statistic is about the last N of them, 1 to {MostWindow} ({DefaultWindow} unless given)
        """;

    /// <summary>What is asked for; null for help.</summary>
    public static Options? Parse(IReadOnlyList<string> args)
    {
        if (args is ["--help" or "-h"])
            return null;
        var options = new Options(DefaultEvents, DefaultWindow);
        for (var i = 0; i < args.Count; i += 2)
        {
            options = args[i] switch
            {
                "--events" => options with { Events = OptionValues.NumberAfter(args, i, FewestEvents, MostEvents) },
                "--window" => options with { Window = OptionValues.NumberAfter(args, i, 1, MostWindow) },
                var unknown => throw new UsageException($"There is no option '{unknown}'."),
            };
        }

        return options;
    }
}
