using System.Globalization;
using System.Text.RegularExpressions;
using PgPubSub.Cli.Output;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Cli.Input;

/// <summary>A place in a topic as people write it: earliest, latest, an offset or a time.</summary>
internal static partial class StartText
{
    public static StartFrom Parse(string option, string text) => text switch
    {
        "earliest" => StartFrom.Earliest,
        "latest" => StartFrom.Latest,
        _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) => StartFrom.Offset(offset),
        _ when Moment(text) is { } moment => StartFrom.Time(moment),
        _ => throw CommandException.Usage($"{option} must be earliest, latest, an offset from 0, or a time such as 2026-11-29T05:00:00Z."),
    };

    public static DateTimeOffset Time(string option, string text) =>
        Moment(text) ?? throw CommandException.Usage($"{option} must be a time such as 2026-11-29T05:00:00Z.");

    // Without a zone it is UTC: what a script means must not depend on the machine.
    private static DateTimeOffset? Moment(string text) =>
        Date().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment : null;

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}", RegexOptions.CultureInvariant)]
    private static partial Regex Date();
}
