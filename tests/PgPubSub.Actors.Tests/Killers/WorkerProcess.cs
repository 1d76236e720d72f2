using System.Diagnostics;
using PgPubSub.Testing;
using PgPubSub.Worker;

namespace PgPubSub.Actors.Tests.Killers;

/// <summary>One process of <c>PgPubSub.Worker</c>, and what it reported.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    private WorkerProcess(Process process) => _process = process;

    public List<Report> Reports { get; } = [];

    public string Output => string.Join('\n', _lines);

    public int ExitCode => _process.ExitCode;

    /// <summary>Slow jobs that were in its hands when it ended.</summary>
    public int SlowInHand => Reports.Where(r => r.Group == Job.Slow).Sum(r => r.Handled ? -1 : 1);

    public static WorkerProcess Start(string connectionString, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "PgPubSub.Worker.dll"), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.Environment[PostgresServer.Variable] = connectionString;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // or a killed process leaves its diagnostics sockets in the temporary folder
        return new WorkerProcess(Process.Start(start)!);
    }

    /// <summary>Reads on to its next report; null when it has ended.</summary>
    public async Task<Report?> ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Report.Parse(line) is { } report)
            {
                Reports.Add(report);
                return report;
            }

            _lines.Add(line);
        }

        await _process.WaitForExitAsync();
        return null;
    }

    /// <summary>Asks it to end in good order.</summary>
    public void Stop() => _process.StandardInput.Close();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
