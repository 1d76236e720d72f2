using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace PgPubSub.Cli.Output;

/// <summary>
/// What a command has to say: for people a table or sentences, for scripts JSON, one document a line. A table has lines and colours on a terminal alone;
/// elsewhere it is columns with two blanks between them, whatever the width.
/// </summary>
internal sealed class Report(TextWriter output, bool json, bool isTerminal)
{
    /// <summary>How deep JSON may be nested that is passed on as it came: PostgreSQL takes more than .NET does by default.</summary>
    public const int MostDepth = 100_000;

    private static readonly JsonSerializerOptions Format = new()
    {
        MaxDepth = MostDepth + 1,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Rows: a table, or a line of JSON each.</summary>
    public void Rows<T>(IReadOnlyList<T> rows, Func<T, object> document, string nothing, params Column<T>[] columns)
    {
        if (json)
        {
            foreach (var row in rows)
                Write(document(row));
        }
        else if (rows.Count == 0)
            output.WriteLine(nothing);
        else
            WriteTable(columns, [.. rows.Select(row => columns.Select(column => Texts.Printable(column.Cell(row))).ToArray())]);
    }

    /// <summary>One thing: some lines, or one document.</summary>
    public void One(object document, params IEnumerable<string> lines)
    {
        if (json)
            Write(document);
        else
            lines.ToList().ForEach(line => output.WriteLine(Texts.Printable(line)));
    }

    /// <summary>What was said so far is on its way.</summary>
    public void Flush() => output.Flush();

    /// <summary>A text as it is, such as a script.</summary>
    public void Text(string text) => output.Write(text);

    private void Write(object document) => output.WriteLine(JsonSerializer.Serialize(document, document.GetType(), Format));

    private void WriteTable<T>(IReadOnlyList<Column<T>> columns, IReadOnlyList<string[]> cells)
    {
        if (isTerminal)
            WriteDrawn(columns, cells);
        else
            WritePlain(columns, cells);
    }

    private void WriteDrawn<T>(IReadOnlyList<Column<T>> columns, IReadOnlyList<string[]> cells)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
        {
            var head = new TableColumn(new Text(column.Header, new Style(decoration: Decoration.Bold)));
            table.AddColumn(column.IsNumber ? head.RightAligned() : head);
        }

        foreach (var row in cells)
            table.AddRow(row.Select(cell => new Text(cell)));
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }).Write(table);
    }

    private void WritePlain<T>(IReadOnlyList<Column<T>> columns, IReadOnlyList<string[]> cells)
    {
        var widths = columns.Select((column, i) => cells.Max(row => row[i].Length) is var most && most > column.Header.Length ? most : column.Header.Length).ToArray();
        foreach (var row in cells.Prepend([.. columns.Select(column => column.Header)]))
        {
            var line = string.Join("  ", row.Select((cell, i) => columns[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])));
            output.WriteLine(line.TrimEnd());
        }
    }
}
