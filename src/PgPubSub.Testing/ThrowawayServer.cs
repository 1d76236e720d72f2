using PgPubSub.Testing.Binaries;
using PgPubSub.Testing.Clusters;
using PgPubSub.Testing.Processes;

namespace PgPubSub.Testing;

/// <summary>
/// A PostgreSQL server of your own for the length of a test: made in about a second from the server binaries of this machine, in a temporary
/// folder, on a free port of the loopback interface, as an ordinary user (also when root calls). UTF-8, trust authentication, 200 connections,
/// durability on. It is stopped and removed by <see cref="DisposeAsync"/>, and likewise when the process ends in any other way.
/// </summary>
/// <remarks>Linux and macOS. Members may be called from any thread, but one at a time.</remarks>
public sealed class ThrowawayServer : IAsyncDisposable
{
    private readonly Cluster _cluster;

    private ThrowawayServer(Cluster cluster, Version version) => (_cluster, Version) = (cluster, version);

    /// <summary>Connects to the database postgres as the superuser postgres.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres";

    /// <summary>The TCP port on 127.0.0.1; it stays the same over restarts.</summary>
    public int Port => _cluster.Port;

    /// <summary>The server's version, major and minor.</summary>
    public Version Version { get; }

    /// <summary>The server's data folder; only the server's user (and root) can read it.</summary>
    public string DataFolder => _cluster.Data;

    /// <summary>The server's log.</summary>
    public string LogFile => _cluster.Log;

    /// <summary>Removes what crashed runs left behind, then makes and starts a server.</summary>
    /// <param name="options">Settings, folders, time limits; null for the defaults.</param>
    /// <param name="cancel">Gives up; nothing is left behind.</param>
    /// <exception cref="PostgresNotFoundException">No server binaries of version 14 or newer.</exception>
    /// <exception cref="ServerStartException">The server could not be made or started; the message ends with its log.</exception>
    /// <exception cref="ArgumentException">A setting's name or value cannot stand in <c>postgresql.conf</c>.</exception>
    public static async Task<ThrowawayServer> StartAsync(ThrowawayOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new ThrowawayOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Timeout, TimeSpan.FromSeconds(1));
        var search = await BinarySearch.RunAsync(options.BinaryFolders, cancel);
        return search.Found is { } binaries
            ? await StartAsync(binaries, options, cancel)
            : throw new PostgresNotFoundException(string.Join("; ", [$"No PostgreSQL server binaries of version {BinarySearch.OldestMajorVersion} or newer on this machine", .. search.PassedOver]) + ".");
    }

    /// <summary>Stops the server and keeps its data. Nothing happens when it does not run.</summary>
    /// <param name="mode">Orderly, or as in a crash.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="ServerStartException">It did not stop within <see cref="ThrowawayOptions.Timeout"/>.</exception>
    public Task StopAsync(StopMode mode = StopMode.Fast, CancellationToken cancel = default) => _cluster.StopAsync(mode, cancel);

    /// <summary>Starts the server again, on the same port with the same data, whether it runs, was stopped or was killed.</summary>
    /// <param name="mode">How it is stopped first if it still runs.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="ServerStartException">It did not stop or start within <see cref="ThrowawayOptions.Timeout"/>.</exception>
    public async Task RestartAsync(StopMode mode = StopMode.Fast, CancellationToken cancel = default)
    {
        await _cluster.StopAsync(mode, cancel);
        await _cluster.StartAsync(cancel);
    }

    /// <summary>Sends SIGKILL to the server's main process and returns when it is gone; its sessions end soon after.</summary>
    /// <param name="cancel">Gives up waiting.</param>
    public Task KillAsync(CancellationToken cancel = default) => Postmaster.KillAsync(_cluster.Data, cancel);

    /// <summary>Stops the server at once and removes its folder.</summary>
    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    internal static async Task<ThrowawayServer> StartAsync(ServerBinaries binaries, ThrowawayOptions options, CancellationToken cancel)
    {
        var parent = options.ParentFolder ?? ClusterFolder.DefaultParent;
        await Leftovers.RemoveAsync(parent);
        var user = await OrdinaryUser.FindAsync(cancel);
        var cluster = new Cluster(binaries, user, await ClusterFolder.CreateAsync(parent, user, cancel), options);
        try
        {
            await cluster.CreateAsync(cancel);
            return new ThrowawayServer(cluster, binaries.Version);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }
}
