using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace PgPubSub.Testing.Tests.Clusters;

/// <summary>A process of its own that holds a throwaway server and waits for a child that sleeps.</summary>
internal sealed class HostedServer : IDisposable
{
    private readonly Process _host;
    private readonly Process _child;
    private readonly int _port;

    private HostedServer(Process host, Process child, string connectionString, string dataFolder)
    {
        (_host, _child, Folder) = (host, child, Path.GetDirectoryName(dataFolder)!);
        _port = new NpgsqlConnectionStringBuilder(connectionString).Port;
    }

    public string Folder { get; }

    public bool IsGone => !Directory.Exists(Folder) && !File.Exists(Folder + ".lock") && !Listens();

    public static async Task<HostedServer> StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "PgPubSub.TestRun.dll"), "serve", "--", "/bin/sh", "-c", "echo $$; echo \"$PGPUBSUB_CONNECTION\"; exec sleep 600"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment.Remove(PostgresServer.Variable);
        var host = Process.Start(start)!;
        var id = await host.StandardOutput.ReadLineAsync();
        var connectionString = await host.StandardOutput.ReadLineAsync();
        Assert.NotNull(id);
        Assert.NotNull(connectionString);
        return new HostedServer(host, Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture)), connectionString, (await Sql.AskAsync(connectionString, "SHOW data_directory"))!);
    }

    /// <summary>Whether this process was started with a signal ignored, which its children inherit.</summary>
    public static bool IsIgnored(int signal) =>
        OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is var line
        && (ulong.Parse(line[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (signal - 1))) != 0;

    /// <summary>SIGKILL to the host, and to its guard too if that shall not clean up either.</summary>
    public async Task KillAsync(bool withGuard)
    {
        foreach (var guard in withGuard ? await GuardsAsync() : [])
        {
            using var process = Process.GetProcessById(guard);
            process.Kill();
        }

        _host.Kill();
        await _host.WaitForExitAsync();
    }

    public async Task<int> SignalAsync(string signal)
    {
        await RunAsync("/bin/sh", "-c", $"kill -{signal} {_host.Id}");
        await _host.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return _host.ExitCode;
    }

    public void Dispose()
    {
        foreach (var process in (Process[])[_host, _child])
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            process.Dispose();
        }
    }

    private async Task<IReadOnlyList<int>> GuardsAsync()
    {
        var guards = (await RunAsync("pgrep", "-P", _host.Id.ToString(CultureInfo.InvariantCulture), "-f", "pgpubsub-guard")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Single(guards);
        return [.. guards.Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }

    private bool Listens()
    {
        using var client = new TcpClient();
        try
        {
            client.Connect("127.0.0.1", _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
