using System.Globalization;
using Npgsql;
using PgPubSub.Testing;
using PgPubSub.Testing.Binaries;
using PgPubSub.Testing.Clusters;
using PgPubSub.Testing.Processes;

namespace PgPubSub.Chaos.Faults.Standbys;

/// <summary>A synchronous streaming standby of a server; gone with its owner.</summary>
internal sealed class Standby : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    private readonly ServerBinaries _binaries;
    private readonly OrdinaryUser _user;
    private readonly ClusterFolder _folder;
    private readonly string _primary;
    private readonly int _port = FreePort.Next();

    private Standby(ServerBinaries binaries, OrdinaryUser user, ClusterFolder folder, string primary) =>
        (_binaries, _user, _folder, _primary) = (binaries, user, folder, primary);

    private string ConnectionString => new NpgsqlConnectionStringBuilder(_primary) { Port = _port }.ConnectionString;

    /// <summary>Copies the primary, follows it, and returns when no commit there is confirmed without this one.</summary>
    public static async Task<Standby> StartAsync(string primary)
    {
        using var late = new CancellationTokenSource(Patience);
        var binaries = (await BinarySearch.RunAsync(null, late.Token)).Found ?? throw new PostgresNotFoundException("No PostgreSQL server binaries for a standby.");
        var user = await OrdinaryUser.FindAsync(late.Token);
        var standby = new Standby(binaries, user, await ClusterFolder.CreateAsync(ClusterFolder.DefaultParent, user, late.Token), primary);
        try
        {
            await standby.FollowAsync(new NpgsqlConnectionStringBuilder(primary).Port, late.Token);
            return standby;
        }
        catch
        {
            await standby.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes it a primary and puts it at the address of its own, which must be free.</summary>
    public async Task TakePlaceAsync()
    {
        using var late = new CancellationTokenSource(Patience);
        await using (var self = await Session.OpenAsync(ConnectionString))
        {
            if (!await self.AskAsync<bool>("SELECT pg_promote(true, 60)"))
                throw new ServerStartException("The standby was not promoted.");
        }

        // Its settings are a copy, so without the port of the standby it takes that of its primary.
        await RunAsync(late.Token, _binaries.PgCtl, "stop", "-D", _folder.Data, "-w", "-s", "-m", "fast");
        await RunAsync(late.Token, _binaries.PgCtl, "start", "-D", _folder.Data, "-w", "-s", "-l", _folder.Log);
    }

    /// <summary>SIGKILL; returns when it is gone.</summary>
    public Task KillAsync() => Postmaster.KillAsync(_folder.Data, CancellationToken.None);

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private async Task FollowAsync(int primary, CancellationToken cancel)
    {
        var backup = Path.Combine(Path.GetDirectoryName(_binaries.PgCtl)!, "pg_basebackup");
        await RunAsync(cancel, backup, "-D", _folder.Data, "-R", "-X", "stream", "-c", "fast", "-d", string.Create(CultureInfo.InvariantCulture, $"host=127.0.0.1 port={primary} user=postgres"));
        await RunAsync(cancel, _binaries.PgCtl, "start", "-D", _folder.Data, "-w", "-s", "-l", _folder.Log, "-o", string.Create(CultureInfo.InvariantCulture, $"-p {_port}"));
        await using var owner = await Session.OpenAsync(_primary);
        await owner.RunAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await owner.RunAsync("SELECT pg_reload_conf()");
        while (!await owner.AskAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'sync')"))
            await Task.Delay(Between, cancel);
    }

    private async Task RunAsync(CancellationToken cancel, params IReadOnlyList<string> words)
    {
        var ran = await Command.RunAsync(_user.Words(words), cancel);
        if (!ran.Succeeded)
            throw new ServerStartException($"{Path.GetFileName(words[0])} {words[1]} failed: {ran.Output}");
    }
}
