using System.Globalization;
using System.Text.RegularExpressions;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Input;

/// <summary>Counts and durations as people write them: 10000, 7d, 90m, none.</summary>
internal static partial class Limits
{
    public const string None = "none";

    public static long? Count(string option, string text) =>
        text == None ? null : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count
        : throw CommandException.Usage($"{option} must be a whole number or none.");

    public static TimeSpan? Time(string option, string text) => text == None ? null : Duration(option, text, " or none");

    public static TimeSpan Duration(string option, string text, string orElse = "")
    {
        var match = Pattern().Match(text);
        if (!match.Success)
            throw CommandException.Usage($"{option} must be a duration such as 30s, 15m, 12h or 7d{orElse}.");
        var unit = match.Groups["unit"].Value switch { "s" => 1L, "m" => 60, "h" => 3_600, _ => 86_400 };
        return TimeSpan.FromSeconds(long.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) * unit);
    }

    // Seven digits of days fit into a TimeSpan.
    [GeneratedRegex(@"^(?<count>\d{1,7})(?<unit>[smhd])\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
