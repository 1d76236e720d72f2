using System.Diagnostics;
using System.Text.Json;
using PgPubSub.Docker;
using PgPubSub.Testing;

namespace PgPubSub.Samples.Tests.Runs;

/// <summary>One run of a sample's own program.</summary>
internal sealed class SampleRun : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly Task<string> _errors;

    private SampleRun(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public string Output => string.Join('\n', _lines);

    /// <summary>The figures: the last line of standard output.</summary>
    public JsonElement Figures => JsonElement.Parse(_lines[^1]);

    /// <summary>Starts a sample in a folder that is also where its temporary files go.</summary>
    public static Task<SampleRun> StartAsync(string sample, string folder, params string[] arguments) => StartAsync(sample, folder, new Dictionary<string, string>(), arguments);

    /// <inheritdoc cref="StartAsync(string, string, string[])"/>
    public static Task<SampleRun> StartAsync(string sample, string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        StartAsync(["exec", Path.Combine(AppContext.BaseDirectory, sample + ".dll"), .. arguments], folder, environment);

    /// <summary>Starts a sample by the command of samples/README.md, but that it is built already.</summary>
    public static Task<SampleRun> StartAsUserAsync(string sample, string folder, IReadOnlyDictionary<string, string>? environment = null, params string[] arguments) =>
        StartAsync(
            ["run", "--no-build", "--configuration", Repository.Configuration, "--project", Path.Combine(Repository.Root, "samples", sample), "--", .. arguments], folder, environment ?? new Dictionary<string, string>());

    private static async Task<SampleRun> StartAsync(IReadOnlyList<string> command, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var server = await TestServers.SharedAsync();
        var start = new ProcessStartInfo("dotnet", command) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[PostgresServer.Variable] = server.ConnectionString;
        start.Environment["TMPDIR"] = folder;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new SampleRun(Process.Start(start)!);
    }

    /// <summary>Reads on until a line has this text; false where the program ended before.</summary>
    public async Task<bool> ReadToAsync(string text)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>Reads on until the program has ended.</summary>
    /// <returns>What it said on standard error.</returns>
    public async Task<string> EndAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _lines.Add(line);
        await _process.WaitForExitAsync();
        return await _errors;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
