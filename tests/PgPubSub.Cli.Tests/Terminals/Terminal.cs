using System.Diagnostics;
using System.Globalization;
using PgPubSub.Cli.Tests.Runs;
using PgPubSub.Testing.Processes;

namespace PgPubSub.Cli.Tests.Terminals;

/// <summary>
/// A terminal with a shell in it, by a tmux server of its own that ends with its owner, however that ends. The shell prompts with "$ " and stands in a folder of its own.
/// </summary>
internal sealed class Terminal : IAsyncDisposable
{
    public const string Program = "tmux";

    // Outlives its owner, and removes what that has left.
    private const string Guard = """trap '' INT QUIT HUP TERM; read -r _; "$1" -L "$2" kill-server; rm -rf -- "$3" """;

    private const string Settings = """
        set -g status off
        set -g default-terminal screen

        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly string _socket = $"pgpubsub-{Guid.NewGuid():N}";
    private readonly string _tmux = SearchPath.Find(Program)!;
    private readonly Dictionary<string, string> _environment;
    private readonly Process _guard;
    private int _runs;

    private Terminal(IReadOnlyDictionary<string, string> environment)
    {
        Folder = Directory.CreateTempSubdirectory("pgpubsub-tmux-").FullName;
        _environment = new(environment) { ["TMUX_TMPDIR"] = Folder, ["LC_ALL"] = "C.UTF-8", ["TERM"] = "screen", ["ENV"] = Path.Combine(Folder, "profile") };
        var guard = Start("/bin/sh", "-c", Guard, "pgpubsub-guard", _tmux, _socket, Folder);
        guard.RedirectStandardInput = true;
        _guard = Process.Start(guard)!;
    }

    /// <summary>Where the shell stands.</summary>
    public string Folder { get; }

    /// <summary>What a shell is told to run the program.</summary>
    public static string Command(params IEnumerable<string> arguments) =>
        string.Join(' ', new[] { "dotnet", "exec", CliRun.Program }.Concat(arguments).Select(Quoted));

    /// <summary>Opens one.</summary>
    /// <param name="environment">What the shell and the program have in their environment, besides what tests have.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="height">Its lines.</param>
    public static async Task<Terminal> OpenAsync(IReadOnlyDictionary<string, string> environment, int width = 100, int height = 30)
    {
        var opened = new Terminal(environment);
        try
        {
            await File.WriteAllTextAsync(Path.Combine(opened.Folder, "tmux.conf"), Settings);
            await File.WriteAllTextAsync(Path.Combine(opened.Folder, "profile"), "PS1='$ '\n");
            await opened.TmuxAsync("-u", "-f", Path.Combine(opened.Folder, "tmux.conf"), "new-session", "-d", "-x", Text(width), "-y", Text(height), "-c", opened.Folder, "/bin/sh");
            await opened.SeeAsync("$");
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>Types a command and presses Enter.</summary>
    public async Task TypeAsync(string line)
    {
        await TmuxAsync("send-keys", "-l", "--", line);
        await PressAsync("Enter");
    }

    /// <summary>Presses keys by their names, for example q, C-c, Enter.</summary>
    public Task PressAsync(params IEnumerable<string> keys) => TmuxAsync(["send-keys", .. keys]);

    /// <summary>Starts the program in it; it has the terminal for input, output and errors.</summary>
    public Task RunAsync(params IEnumerable<string> arguments) => RunPipedAsync(arguments, "");

    /// <summary>Starts the program in it as part of a line of the shell.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="rest">What comes after them, for example <c>&lt;/dev/null</c>.</param>
    public async Task RunPipedAsync(IEnumerable<string> arguments, string rest)
    {
        var name = $"run-{++_runs}";
        // Ctrl-C is for the program; this script lives on to tell how it ended.
        await File.WriteAllTextAsync(Path.Combine(Folder, name), $"trap : INT\n{Command(arguments)} {rest}\necho $? >{name}.new\nmv {name}.new {name}.code\n");
        await TypeAsync($"sh {name}");
    }

    /// <summary>Waits for the end of the program that was started last.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitCodeAsync()
    {
        var path = Path.Combine(Folder, $"run-{_runs}.code");
        await UntilAsync(() => Task.FromResult(File.Exists(path)), () => Task.FromResult("The program has not ended."));
        return int.Parse(await File.ReadAllTextAsync(path), CultureInfo.InvariantCulture);
    }

    /// <summary>The lines that it shows now, without blanks at their ends and without empty lines at the bottom.</summary>
    public async Task<IReadOnlyList<string>> ScreenAsync() =>
        [.. (await TmuxAsync("capture-pane", "-p")).TrimEnd('\n', ' ').Split('\n').Select(line => line.TrimEnd())];

    /// <summary>Waits until it shows a text.</summary>
    public Task<IReadOnlyList<string>> SeeAsync(string text) => SeeAsync(lines => lines.Any(line => line.Contains(text, StringComparison.Ordinal)), text);

    /// <summary>Waits until its lines are as they should be.</summary>
    /// <param name="right">Whether they are.</param>
    /// <param name="wanted">What is waited for, in words.</param>
    /// <returns>The lines.</returns>
    public async Task<IReadOnlyList<string>> SeeAsync(Func<IReadOnlyList<string>, bool> right, string wanted)
    {
        IReadOnlyList<string> lines = [];
        await UntilAsync(async () => right(lines = await ScreenAsync()), () => Task.FromResult($"Not seen: {wanted}\n{string.Join('\n', lines)}"));
        return lines;
    }

    /// <summary>Makes it larger or smaller.</summary>
    public Task ResizeAsync(int width, int height) => TmuxAsync("resize-window", "-x", Text(width), "-y", Text(height));

    /// <summary>What programs switch on and off in it: the alternate screen, the cursor, and what keys send.</summary>
    public async Task<string> ModesAsync() =>
        (await TmuxAsync("display-message", "-p", "alternate #{alternate_on} cursor #{cursor_flag} keypad #{keypad_flag}#{keypad_cursor_flag} wrap #{wrap_flag} mouse #{mouse_any_flag}")).Trim();

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

    private static async Task UntilAsync(Func<Task<bool>> done, Func<Task<string>> problem)
    {
        var watch = Stopwatch.StartNew();
        while (!await done())
        {
            if (watch.Elapsed > Patience)
                Assert.Fail(await problem());
            await Task.Delay(Pause);
        }
    }

    private async Task<string> TmuxAsync(params IEnumerable<string> words)
    {
        var start = Start(_tmux, ["-L", _socket, .. words]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"tmux {string.Join(' ', words)}: {await errors}");
    }

    private ProcessStartInfo Start(string program, params IEnumerable<string> words)
    {
        var start = new ProcessStartInfo(program, words) { WorkingDirectory = Folder };
        foreach (var name in CliRun.Unset.Append("TMUX"))
            start.Environment.Remove(name);
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        return start;
    }

    private static string Quoted(string word) => $"'{word.Replace("'", """'\''""", StringComparison.Ordinal)}'";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
