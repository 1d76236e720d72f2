using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using PgPubSub.Testing;
using PgPubSub.Testing.Clusters;
using PgPubSub.Testing.Processes;

namespace PgPubSub.Poolers;

/// <summary>A PgBouncer of its own in front of a server, as an ordinary user, gone with its owner.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    internal const string Program = "pgbouncer";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClusterFolder _folder;
    private readonly IReadOnlyList<string> _words;
    private readonly ConcurrentQueue<string> _log = [];
    private Process? _process;

    private PgBouncer(ClusterFolder folder, IReadOnlyList<string> words, string connectionString) =>
        (_folder, _words, ConnectionString) = (folder, words, connectionString);

    /// <summary>The server's connection string by way of the pooler.</summary>
    public string ConnectionString { get; }

    /// <summary>What it has said so far.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <summary>Starts one and returns when it takes connections.</summary>
    /// <param name="server">The server's connection string.</param>
    /// <param name="mode">transaction or session.</param>
    /// <param name="size">The server connections that all clients share.</param>
    public static async Task<PgBouncer> StartAsync(string server, string mode = "transaction", int size = 4)
    {
        using var late = new CancellationTokenSource(Patience);
        var user = await OrdinaryUser.FindAsync(late.Token);
        var folder = await ClusterFolder.CreateAsync(ClusterFolder.DefaultParent, user, late.Token);
        var to = new NpgsqlConnectionStringBuilder(server);
        var by = new NpgsqlConnectionStringBuilder(server) { Host = "127.0.0.1", Port = FreePort.Next(), SslMode = SslMode.Disable };
        var settings = await WriteAsync(folder, user, to, by.Port, mode, size, late.Token);
        var started = new PgBouncer(folder, user.Words(SearchPath.Find(Program)!, settings), by.ConnectionString);
        try
        {
            await started.RunAsync(late.Token);
            return started;
        }
        catch (Exception e)
        {
            await started.DisposeAsync();
            throw new ServerStartException($"PgBouncer does not start ({e.Message}): {string.Join('\n', started._log)}");
        }
    }

    /// <summary>Kills it, with all the sessions that it keeps, and starts it again at the same address.</summary>
    /// <param name="down">How long it is away.</param>
    public async Task RestartAsync(TimeSpan down = default)
    {
        using var late = new CancellationTokenSource(Patience + down);
        await Postmaster.KillAsync(_folder.Data, late.Token);
        await EndedAsync();
        await Task.Delay(down, late.Token);
        await RunAsync(late.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _folder.DisposeAsync();
        await EndedAsync();
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = Process.Start(new ProcessStartInfo(_words[0], _words.Skip(1)) { RedirectStandardError = true, WorkingDirectory = "/" })!;
        _process.ErrorDataReceived += (_, e) => Note(e.Data, up);
        _process.BeginErrorReadLine();
        await up.Task.WaitAsync(cancel);
    }

    private async Task EndedAsync()
    {
        if (_process is null)
            return;
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    // The guard of the folder ends what runs under this number with this folder in its command line, as it does for a server.
    private static async Task<string> WriteAsync(
        ClusterFolder folder, OrdinaryUser user, NpgsqlConnectionStringBuilder to, int port, string mode, int size, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder.Data);
        await user.OwnAsync(folder.Data, cancel);
        var (settings, users) = (Path.Combine(folder.Data, "pgbouncer.ini"), Path.Combine(folder.Data, "users.txt"));
        await File.WriteAllTextAsync(users, $"\"{to.Username}\" \"{to.Password?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n", cancel);
        await File.WriteAllTextAsync(settings, string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            * = host={to.Host} port={to.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {users}
            pidfile = {Path.Combine(folder.Data, "postmaster.pid")}
            pool_mode = {mode}
            default_pool_size = {size}
            max_client_conn = 500

            """), cancel);
        return settings;
    }

    private void Note(string? line, TaskCompletionSource up)
    {
        if (line is null)
        {
            up.TrySetException(new ServerStartException("it ended"));
            return;
        }

        _log.Enqueue(line);
        if (line.Contains("process up", StringComparison.Ordinal))
            up.TrySetResult();
    }
}
