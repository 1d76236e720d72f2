using System.Text.Json;
using System.Text.Json.Serialization;
using PgPubSub.Benchmarks.Figures;

namespace PgPubSub.Benchmarks.Reports;

/// <summary>A figure as one line of JSON.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(Reading reading, string synchronousCommit) => JsonSerializer.Serialize(
        new
        {
            reading.Name, Value = Rounded(reading.Value), reading.Unit, Floor = Rounded(reading.Floor), Ratio = Rounded(reading.Ratio), Goal = reading.Goal?.ToString(), Met = reading.IsMet,
            SyncCommit = synchronousCommit, reading.PayloadBytes, Seconds = Math.Round(reading.Seconds, 1),
        },
        Format);

    /// <summary>A figure that was not measured, and why.</summary>
    public static string Of(IFigure figure, string why) => JsonSerializer.Serialize(new { figure.Name, NotMeasured = why }, Format);

    // Four figures say more than any run repeats.
    private static double? Rounded(double? value) =>
        value is not { } number || number == 0 ? value : Math.Round(number, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(number))), 0, 6));
}
