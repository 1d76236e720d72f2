using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;
using PgPubSub.Testing;

namespace PgPubSub.Postgres.Tests.Faults;

/// <summary>
/// A write that takes too long is never cancelled: with its synchronous standby away a cancelled commit is reported as a success. Its session
/// is ended, its outcome is unknown, and sending it again finds out.
/// </summary>
public sealed class WriteTimeoutSpec : IAsyncLifetime
{
    private static ThrowawayOptions Waiting => new() { Settings = [("synchronous_standby_names", "ghost"), ("lc_messages", "C")] };

    private ThrowawayServer _server = null!;
    private Sessions _direct = null!;

    // Where there are no server binaries every fact here is skipped before it asks for a server.
    public async Task InitializeAsync()
    {
        if (new FactOfServerBinariesAttribute().Skip is not null)
            return;
        _server = await ThrowawayServer.StartAsync(Waiting);
        // Everything but what a spec is about goes on without the standby.
        _direct = new Sessions(_server.ConnectionString + ";Options=-c synchronous_commit=local", "pgpubsub");
    }

    public async Task DisposeAsync()
    {
        if (_server is null)
            return;
        await _direct.DisposeAsync();
        await _server.DisposeAsync();
    }

    [FactOfServerBinaries]
    public async Task An_append_that_waits_too_long_is_unknown_its_session_is_ended_and_a_resend_is_not_confirmed_before_it_is_safe()
    {
        var topic = await MigratedAsync();
        await using var store = Open("synchronous_commit=off"); // the append turns it on for itself, or it would not wait here
        var batch = Events.Many(3);

        var fault = await Assert.ThrowsAsync<StoreException>(() => store.Log.AppendAsync(topic, 0, batch));

        Assert.Equal(FaultKind.Unknown, fault.Kind);
        await _direct.UntilAsync("SELECT count(*) = 0 FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        Assert.Equal(3, await _direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.event"));
        var log = await File.ReadAllTextAsync(_server.LogFile);
        Assert.Contains("terminating connection", log, StringComparison.Ordinal);
        Assert.DoesNotContain("due to user request", log, StringComparison.Ordinal);

        // The batch is there, but not where it was promised to be: the resend waits too.
        var again = store.Log.AppendAsync(topic, 0, batch);
        await _direct.UntilAsync("SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        await StopWaitingAsync();
        Assert.Equal(0, (await again).First);
        Assert.Equal(3, await _direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.event"));
    }

    [FactOfServerBinaries]
    public async Task A_wait_that_somebody_else_cancels_is_unknown_though_the_server_reports_success()
    {
        var topic = await MigratedAsync();
        await using var store = Open("synchronous_commit=on", TimeSpan.FromMinutes(1));
        var appending = store.Log.AppendAsync(topic, 0, Events.Many(1));
        await _direct.UntilAsync("SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'");

        await _direct.RunAsync("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");

        Assert.Equal(FaultKind.Unknown, (await Assert.ThrowsAsync<StoreException>(() => appending)).Kind);
    }

    [FactOfServerBinaries]
    public async Task Hanging_writes_on_all_connections_are_ended_all_and_the_store_serves_on()
    {
        var topic = await MigratedAsync();
        await using var store = Open("synchronous_commit=on");
        var topics = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
            await Assert.ThrowsAsync<StoreException>(() => store.Log.AppendAsync(topic, 0, Events.Many(1)))));

        Assert.All(topics, fault => Assert.True(fault.Kind is FaultKind.Unknown or FaultKind.Transient));
        await StopWaitingAsync();
        Assert.NotNull((await store.Log.AppendAsync(topic, 0, Events.Many(1))).First);
    }

    private async Task<TopicId> MigratedAsync()
    {
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = _server.ConnectionString + ";Options=-c synchronous_commit=local" });
        return (await store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Id;
    }

    private PostgresStore Open(string setting, TimeSpan? timeout = null) => new(new PostgresStoreOptions
    {
        ConnectionString = $"{_server.ConnectionString};Options=-c {setting}",
        WriteTimeout = timeout ?? TimeSpan.FromSeconds(1),
    });

    private async Task StopWaitingAsync()
    {
        await _direct.RunAsync("ALTER SYSTEM SET synchronous_standby_names = ''");
        await _direct.ScalarAsync<bool>("SELECT pg_reload_conf()");
    }
}
