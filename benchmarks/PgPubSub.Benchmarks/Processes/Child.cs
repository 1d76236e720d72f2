using System.Diagnostics;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Shared.Processes;
using PgPubSub.Testing;

namespace PgPubSub.Benchmarks.Processes;

/// <summary>Another process of this program, with a node of its own. It is told what to do by lines, and ends with this one.</summary>
internal sealed class Child : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), Grace = TimeSpan.FromSeconds(15);

    private readonly Process _process;

    private Child(Process process) => _process = process;

    /// <summary>Starts one and returns when it is ready.</summary>
    public static async Task<Child> StartAsync(Server server, Role role, string schema, params object[] details)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(Child).Assembly.Location, Roles.Word, role.ToString(), schema, .. details.Select(detail => FormattableString.Invariant($"{detail}"))])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.Environment[PostgresServer.Variable] = server.ConnectionString;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // or one that is killed leaves its sockets in the temporary folder
        var child = new Child(Process.Start(start)!);
        await child.HearAsync(Roles.Ready);
        return child;
    }

    public async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Asks for numbers.</summary>
    public async Task<long[]> AskAsync(string line)
    {
        await TellAsync(line);
        return [.. (await ReadAsync()).Split(' ').Select(long.Parse)];
    }

    /// <summary>Waits for a line.</summary>
    public async Task HearAsync(string expected)
    {
        var line = await ReadAsync();
        CheckFailedException.Require(line == expected, $"A process said '{line}' in place of '{expected}'.");
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync() => await _process.EndAsync(Grace);

    private async Task<string> ReadAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new CheckFailedException("A process ended before it answered.");
}
