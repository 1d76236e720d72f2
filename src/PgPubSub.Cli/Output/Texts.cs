using System.Globalization;
using System.Text;

namespace PgPubSub.Cli.Output;

/// <summary>Values as people read them.</summary>
internal static class Texts
{
    /// <summary>What was written by others must not steer a terminal or break a line: control characters are shown as escapes.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var shown = new StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = char.IsControl(c) ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : shown.Append(c);
        return shown.ToString();
    }

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>How many a second.</summary>
    public static string Rate(double? rate) => rate is { } value ? value.ToString(value < 10 ? "0.##" : "0", CultureInfo.InvariantCulture) : "-";

    public static string YesNo(bool value) => value ? "yes" : "no";

    public static string Moment(DateTimeOffset value) => value.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A duration that was measured, in its two largest units at most.</summary>
    public static string Age(TimeSpan? age) => age switch
    {
        null => "-",
        { TotalSeconds: < 60 } a => string.Create(CultureInfo.InvariantCulture, $"{a.TotalSeconds:0.0}s"),
        { TotalMinutes: < 60 } a => $"{a.Minutes}m {a.Seconds}s",
        { TotalHours: < 24 } a => $"{a.Hours}h {a.Minutes}m",
        { } a => $"{a.Days}d {a.Hours}h",
    };

    /// <summary>A duration that somebody set, in the form in which it is set: exactly.</summary>
    public static string Limit(TimeSpan? limit) => limit switch
    {
        null => "none",
        { } a when a.Ticks % TimeSpan.TicksPerDay == 0 => $"{a.Days}d",
        { } a when a.Ticks % TimeSpan.TicksPerHour == 0 => $"{(long)a.TotalHours}h",
        { } a when a.Ticks % TimeSpan.TicksPerMinute == 0 => $"{(long)a.TotalMinutes}m",
        { } a when a.Ticks % TimeSpan.TicksPerSecond == 0 => $"{(long)a.TotalSeconds}s",
        { } a => $"{(long)a.TotalMilliseconds}ms",
    };

    public static string Limit(long? limit) => limit is { } value ? Number(value) : "none";
}
