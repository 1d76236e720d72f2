using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Top;

/// <summary>A list on the screen: its headers, as many rows as there is room for, and how many are not shown.</summary>
internal sealed class Section
{
    // Names are shortened down to this many columns; numbers never are.
    private const int LeastName = 8, LeastNumber = 6;

    private const string Gap = "  ";

    private readonly string _noun;
    private readonly int _count;
    private readonly string[] _headers;
    private readonly bool[] _numbers;
    private readonly Func<int, string[]> _row;

    private Section(string noun, int count, string[] headers, bool[] numbers, Func<int, string[]> row) => (_noun, _count, _headers, _numbers, _row) = (noun, count, headers, numbers, row);

    /// <summary>How many lines it wants below its headers.</summary>
    public int Wanted => Math.Max(1, _count);

    /// <summary>How many there are, in words.</summary>
    public string Counted => $"{Texts.Number(_count)} {_noun}{(_count == 1 ? "" : "s")}";

    public static Section Of<T>(string noun, IReadOnlyList<T> rows, params Column<T>[] columns) => new(
        noun, rows.Count, [.. columns.Select(column => column.Header)], [.. columns.Select(column => column.IsNumber)],
        i => [.. columns.Select(column => Texts.Printable(column.Cell(rows[i])))]);

    /// <summary>Its lines.</summary>
    /// <param name="given">How many it gets below its headers.</param>
    /// <param name="width">How wide they may be.</param>
    public IEnumerable<Line> Lines(int given, int width)
    {
        var shown = given >= _count ? _count : Math.Max(0, given - 1);
        var rows = Enumerable.Range(0, shown).Select(_row).ToList();
        var widths = Widths(rows, width);
        yield return new Line(Joined(_headers, widths, width), Emphasis.Strong);
        foreach (var row in rows)
            yield return new Line(Joined(row, widths, width));
        if (_count == 0)
            yield return new Line(Cells.Shorten($"no {_noun}s", width), Emphasis.Weak);
        else if (shown < _count)
            yield return new Line(Cells.Shorten(shown == 0 ? $"{Counted}, not shown" : $"{Texts.Number(_count - shown)} more not shown", width), Emphasis.Weak);
    }

    private int[] Widths(IReadOnlyList<string[]> rows, int width)
    {
        var widths = _headers.Select((header, i) => rows.Select(row => Cells.Width(row[i])).Append(Cells.Width(header)).Append(_numbers[i] ? LeastNumber : 0).Max()).ToArray();
        while (widths.Sum() + (Gap.Length * (widths.Length - 1)) > width)
        {
            var widest = Enumerable.Range(0, widths.Length).Where(i => !_numbers[i]).MaxBy(i => widths[i]);
            if (widths[widest] <= LeastName)
                break;
            widths[widest]--;
        }

        return widths;
    }

    private string Joined(IReadOnlyList<string> cells, int[] widths, int width) =>
        Cells.Shorten(string.Join(Gap, cells.Select((cell, i) => Cells.Fit(cell, widths[i], _numbers[i]))).TrimEnd(), width);
}
