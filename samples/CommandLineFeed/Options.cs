using PgPubSub.Samples.Shared.Programs;

namespace CommandLineFeed;

/// <summary>What the program was asked to do.</summary>
/// <param name="Events">How many events to publish.</param>
internal sealed record Options(int Events)
{
    private const int Fewest = 2_000, Most = 1_000_000, Default = 2_000; // fewer would not fill the pipe of the worker that is to be killed

    public static readonly string Usage = $"""
        usage: run [--events N]
          --events N     publish N events, {Fewest} to {Most} ({Default} unless given); the Git history of the current folder is repeated
        """;

    public static Options Parse(IReadOnlyList<string> args)
    {
        var options = new Options(Default);
        for (var i = 0; i < args.Count; i += 2)
        {
            options = args[i] switch
            {
                "--events" => new Options(OptionValues.NumberAfter(args, i, Fewest, Most)),
                "--jsonl" => throw new UsageException("--jsonl needs the actor system: without Akka the Git history is published."),
                var unknown => throw new UsageException($"There is no option '{unknown}'."),
            };
        }

        return options;
    }
}
