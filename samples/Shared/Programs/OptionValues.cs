using System.Globalization;

namespace PgPubSub.Samples.Shared.Programs;

/// <summary>What stands behind an option.</summary>
internal static class OptionValues
{
    public static string After(IReadOnlyList<string> args, int option) =>
        option + 1 < args.Count && args[option + 1].Length > 0 ? args[option + 1] : throw new UsageException($"{args[option]} needs a value.");

    public static int NumberAfter(IReadOnlyList<string> args, int option, int least, int most)
    {
        var text = After(args, option);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{args[option]} is '{text}'; it must be a number from {least} to {most}.");
    }
}
