using System.Globalization;
using Spectre.Console.Rendering;

namespace PgPubSub.Cli.Top;

/// <summary>Texts by the columns that a terminal gives them: some characters take two, some none.</summary>
internal static class Cells
{
    private const string Cut = "…";

    public static int Width(string text) => new Segment(text).CellCount();

    public static string Fit(string text, int width, bool right = false)
    {
        var fitting = Shorten(text, width);
        var blanks = new string(' ', width - Width(fitting));
        return right ? blanks + fitting : fitting + blanks;
    }

    /// <summary>The text, or what fits of it with a mark that there is more.</summary>
    public static string Shorten(string text, int width)
    {
        if (width <= 0)
            return "";
        if (Width(text) <= width)
            return text;
        var (taken, room) = (0, width - 1);
        for (var parts = StringInfo.GetTextElementEnumerator(text); parts.MoveNext(); taken += parts.GetTextElement().Length)
        {
            room -= Width(parts.GetTextElement());
            if (room < 0)
                break;
        }

        return text[..taken] + Cut;
    }
}
