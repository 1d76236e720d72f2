using System.Globalization;
using System.Text.RegularExpressions;

namespace PgPubSub.Actors.Tests.Documents;

/// <summary>Quantities as the documentation writes them: 30 s, 16 MiB, 10,000.</summary>
internal static partial class Quantity
{
    private static readonly (string Unit, TimeSpan Size)[] Times =
    [
        ("d", TimeSpan.FromDays(1)), ("min", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    private static readonly (string Unit, long Size)[] Bytes = [("GiB", 1L << 30), ("MiB", 1L << 20), ("B", 1)];

    public static string Say(object? value) => value switch
    {
        null => "none",
        bool yes => yes ? "true" : "false",
        TimeSpan time => time == TimeSpan.Zero ? "0" : Times.Where(t => time.Ticks % t.Size.Ticks == 0).Select(t => $"{time.Ticks / t.Size.Ticks} {t.Unit}").First(),
        int or long when Convert.ToInt64(value, CultureInfo.InvariantCulture) is var number && number >= 1L << 20 && number % (1L << 20) == 0 => $"{number >> 20} MiB",
        int or long => string.Create(CultureInfo.InvariantCulture, $"{value:N0}"),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>The two ends of "1 s to 10 min", also behind "0, or"; null where the text names no such range.</summary>
    public static (object Least, object Most)? Range(string text)
    {
        var match = Ends().Match(text);
        if (!match.Success)
            return null;
        var most = Read(match.Groups["most"].Value);
        var least = Read(match.Groups["least"].Value);
        return (most is TimeSpan && least is long ? TimeSpan.Zero : least, most);
    }

    /// <summary>The value next to one: a millisecond or 1 more or less.</summary>
    public static object Beside(object value, int by) => value is TimeSpan time ? time + TimeSpan.FromMilliseconds(by) : (long)value + by;

    private static object Read(string text)
    {
        var parts = text.Split(' ');
        var number = long.Parse(parts[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        return parts.Length == 1 ? number
            : Times.FirstOrDefault(t => t.Unit == parts[1]) is { Unit: not null } time ? time.Size * number
            : Bytes.First(b => b.Unit == parts[1]).Size * number;
    }

    [GeneratedRegex(@"^(0, or )?(?<least>[\d,]+( (ms|s|min|d|B|MiB|GiB))?) to (?<most>[\d,]+( (ms|s|min|d|B|MiB|GiB))?)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Ends();
}
