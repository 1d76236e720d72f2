using System.Globalization;
using System.Text;
using PgPubSub.Benchmarks.Figures;
using PgPubSub.Benchmarks.Labs;

namespace PgPubSub.Benchmarks.Reports;

/// <summary>The page on performance: its text, with the table of a run and what that run missed.</summary>
internal static class PerformancePage
{
    private static readonly string Text = new StreamReader(typeof(PerformancePage).Assembly.GetManifestResourceStream("performance.template")!).ReadToEnd();

    public static string Of(IReadOnlyList<Reading> readings, Durability durability, BenchCommand command) => Text
        .Replace("{{command}}", "./bench " + command.Words, StringComparison.Ordinal)
        .Replace("{{machine}}", $"PostgreSQL {durability.Version}, {durability}; {Environment.ProcessorCount} cores shared by server, library and load", StringComparison.Ordinal)
        .Replace("{{rounds}}", command.Scale.Rounds == 1 ? "one round" : $"medians of {command.Scale.Rounds} rounds", StringComparison.Ordinal)
        .Replace("{{table}}", Table(readings), StringComparison.Ordinal)
        .Replace("{{missed}}", Missed(readings), StringComparison.Ordinal);

    private static string Table(IReadOnlyList<Reading> readings)
    {
        var table = new StringBuilder("| figure | reached | floor | ratio | goal | |\n|---|---|---|---|---|---|\n");
        foreach (var r in readings)
            table.Append(CultureInfo.InvariantCulture, $"| `{r.Name}` | {Number(r.Value)} {r.Unit} | {Number(r.Floor)} | {(r.Ratio is { } x ? x.ToString("0.00", CultureInfo.InvariantCulture) : "")} | {r.Goal} | {r.IsMet switch { true => "met", false => "missed", _ => "for comparison" }} |\n");
        return table.ToString().TrimEnd();
    }

    private static string Missed(IReadOnlyList<Reading> readings)
    {
        string[] missed = [.. readings.Where(r => r.IsMet is false).Select(r => $"`{r.Name}`")];
        return missed.Length == 0 ? "This run missed none." : $"This run missed {string.Join(", ", missed)}.";
    }

    private static string Number(double? value) => value switch
    {
        null => "",
        >= 1_000 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
