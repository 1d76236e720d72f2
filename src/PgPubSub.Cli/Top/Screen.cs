using System.Globalization;
using System.Text;
using Spectre.Console;

namespace PgPubSub.Cli.Top;

/// <summary>The terminal's second screen: drawn on in place, and left as if it had never been there.</summary>
/// <param name="lines">What to draw, for a width and a height.</param>
internal sealed class Screen(Func<Sight, int, int, IReadOnlyList<Line>> lines) : IDisplay, IDisposable
{
    // To the second screen, without a cursor and without going on in the next line; and back, with the keys as they were before .NET set them for itself.
    private const string In = "\e[?1049h\e[?25l\e[?7l", Out = "\e[?7h\e[?25h\e[?1049l\e[?1l\e>";

    private const int UsualWidth = 80, UsualHeight = 24;

    private readonly Lock _lock = new();
    private readonly Stream _terminal = Console.OpenStandardOutput();
    private bool _entered, _suspended;

    /// <summary>Why there is no screen to draw on; null where there is one.</summary>
    public static string? Problem() =>
        Console.IsOutputRedirected ? "top draws on a terminal, and there is none here: say --json."
        : OperatingSystem.IsWindows() ? (AnsiConsole.Profile.Capabilities.Ansi ? null : "top can't draw on this terminal: say --json.")
        : Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb" ? "top can't draw on this terminal, whose TERM is dumb or not set: say --json."
        : null;

    public void Show(Sight sight)
    {
        lock (_lock)
        {
            if (_suspended)
                return;
            var (width, height) = (Console.WindowWidth, Console.WindowHeight);
            (width, height) = (width > 0 ? width : UsualWidth, height > 0 ? height : UsualHeight); // some pseudo-terminals have none
            Write((_entered ? "" : In) + Frame(lines(sight, width, height), width, height));
            _entered = true;
        }
    }

    public void Refresh(Sight sight) => Show(sight);

    /// <summary>Leaves the second screen and draws nothing before <see cref="Resume"/>.</summary>
    public void Suspend()
    {
        lock (_lock)
        {
            _suspended = true;
            Leave();
        }
    }

    /// <summary>What is shown next is shown there again.</summary>
    public void Resume()
    {
        lock (_lock)
            _suspended = false;
    }

    public void Dispose()
    {
        lock (_lock)
            Leave();
    }

    // Every line is drawn over what was there, so that nothing flickers.
    private static string Frame(IReadOnlyList<Line> lines, int width, int height)
    {
        var frame = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
            _ = frame.Append(CultureInfo.InvariantCulture, $"\e[{i + 1};1H{Style(lines[i].Emphasis)}{Cells.Fit(lines[i].Text, width)}\e[0m");
        if (lines.Count < height)
            _ = frame.Append(CultureInfo.InvariantCulture, $"\e[{lines.Count + 1};1H\e[J");
        return frame.ToString();
    }

    private static string Style(Emphasis emphasis) => emphasis switch
    {
        Emphasis.Strong => "\e[1m",
        Emphasis.Weak => "\e[2m",
        Emphasis.Alarm => "\e[1;7m",
        _ => "",
    };

    private void Leave()
    {
        if (_entered)
            Write(Out);
        _entered = false;
    }

    // In one piece.
    private void Write(string text) => _terminal.Write(Console.OutputEncoding.GetBytes(text));
}
