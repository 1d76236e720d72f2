using System.Globalization;
using System.Text;

namespace PgPubSub.Soak;

/// <summary>The table of a run, and its place in a page.</summary>
internal static class Report
{
    private const string Begin = "<!-- soak -->", End = "<!-- /soak -->";

    public static string TableOf(IReadOnlyList<Flatness> all, TimeSpan length)
    {
        var table = new StringBuilder(string.Create(CultureInfo.InvariantCulture,
            $"{length.TotalMinutes:0.#} minutes at {SoakRun.PerSecond} events/s to one group (2 % nacked) and {SoakRun.Private} private subscribers, retention on; medians of the second and of the last quarter of the time.\n\n| measured | before | at the end | |\n|---|---|---|---|\n"));
        foreach (var one in all)
            table.Append(CultureInfo.InvariantCulture, $"| {one.Name} | {one.Before:#,0.0} | {one.After:#,0.0} | {(one.IsFlat ? "flat" : "grows")} |\n");
        return table.ToString();
    }

    /// <summary>Puts a table between the markers of a page, or at its end where it has none.</summary>
    public static string Into(string page, string table)
    {
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        var part = $"{Begin}\n{table}{End}";
        return begin < 0 || end < begin ? $"{page.TrimEnd()}\n\n{part}\n".TrimStart() : page[..begin] + part + page[(end + End.Length)..];
    }
}
