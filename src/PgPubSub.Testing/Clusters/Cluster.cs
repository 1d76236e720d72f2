using System.Diagnostics;
using System.Globalization;
using PgPubSub.Testing.Binaries;
using PgPubSub.Testing.Processes;

namespace PgPubSub.Testing.Clusters;

/// <summary>One initialised data folder and the commands that start and stop its server.</summary>
internal sealed class Cluster(ServerBinaries binaries, OrdinaryUser user, ClusterFolder folder, ThrowawayOptions options) : IAsyncDisposable
{
    private const int PortTries = 5;

    // The first while sessions live on, the second while the killed process is not yet reaped.
    private static readonly string[] AfterKill = ["pre-existing shared memory block", "\"postmaster.pid\" already exists"];

    public int Port { get; private set; }

    public string Data => folder.Data;

    public string Log => folder.Log;

    /// <summary>Creates the cluster and starts it on a free port; another port when somebody was quicker.</summary>
    public async Task CreateAsync(CancellationToken cancel)
    {
        var made = await Command.RunAsync(
            user.Words(binaries.InitDb, "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"), cancel);
        Require(made, "initdb failed");

        var conf = Path.Combine(Data, "postgresql.conf");
        var original = await File.ReadAllTextAsync(conf, cancel);
        for (var tried = 1; ; tried++)
        {
            Port = FreePort.Next();
            await File.WriteAllTextAsync(conf, original + "\n" + ServerSettings.Render(Port, options.Settings), cancel);
            if (await TryStartAsync(cancel) is not { } failure)
            {
                return;
            }

            if (tried == PortTries || !failure.Contains("could not bind", StringComparison.Ordinal))
            {
                throw new ServerStartException("The server does not start: " + failure);
            }
        }
    }

    /// <summary>Starts a stopped or killed server; after a kill it waits until the system and the sessions that outlive it have let go.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        var since = Stopwatch.GetTimestamp();
        while (await TryStartAsync(cancel) is { } failure)
        {
            if (!AfterKill.Any(said => failure.Contains(said, StringComparison.Ordinal)) || Stopwatch.GetElapsedTime(since) > options.Timeout)
            {
                throw new ServerStartException("The server does not start again: " + failure);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
        }
    }

    public async Task StopAsync(StopMode mode, CancellationToken cancel)
    {
        if (await Postmaster.FindAsync(Data, cancel) is not null)
        {
            Require(await PgCtlAsync(cancel, "stop", "-m", mode == StopMode.Fast ? "fast" : "immediate"), "The server does not stop");
        }
    }

    public ValueTask DisposeAsync() => folder.DisposeAsync();

    private async Task<string?> TryStartAsync(CancellationToken cancel)
    {
        var written = File.Exists(Log) ? new FileInfo(Log).Length : 0;
        var started = await PgCtlAsync(cancel, "start", "-l", Log);
        if (started.Succeeded)
        {
            return null;
        }

        var said = File.Exists(Log) ? await File.ReadAllBytesAsync(Log, cancel) : [];
        return started.Output + "\n" + System.Text.Encoding.UTF8.GetString(said.AsSpan((int)Math.Min(written, said.Length)));
    }

    private Task<CommandResult> PgCtlAsync(CancellationToken cancel, params IReadOnlyList<string> words)
    {
        var seconds = ((int)options.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        IEnumerable<string> environment = options.Environment.Count == 0 ? [] : ["env", .. options.Environment.Select(variable => $"{variable.Key}={variable.Value}")];
        return Command.RunAsync(user.Words([.. environment, binaries.PgCtl, .. words, "-D", Data, "-w", "-s", "-t", seconds]), cancel);
    }

    private static void Require(CommandResult result, string what)
    {
        if (!result.Succeeded)
        {
            throw new ServerStartException($"{what}: {result.Output}");
        }
    }
}
