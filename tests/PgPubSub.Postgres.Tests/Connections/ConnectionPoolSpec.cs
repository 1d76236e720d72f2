using PgPubSub.Core.Topics;
using Npgsql;
using PgPubSub.Proxies;

namespace PgPubSub.Postgres.Tests.Connections;

/// <summary>Whose connections they are, and how many.</summary>
public sealed class ConnectionPoolSpec : StoreSpec
{
    [Fact]
    public async Task A_borrowed_source_serves_the_whole_work_and_is_not_disposed()
    {
        await using var source = NpgsqlDataSource.Create(Server);
        await using (var store = new PostgresStore(new PostgresStoreOptions { DataSource = source, Schema = Schema }))
        {
            var topic = (await store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Id;
            Assert.Equal(0, (await store.Log.AppendAsync(topic, 0, Events.Many(2))).First);
        }

        await using var command = source.CreateCommand("SELECT 1");
        Assert.Equal(1, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_borrowed_session_goes_back_without_our_lock_and_our_channel()
    {
        await using var source = NpgsqlDataSource.Create(With(c => (c.MaxPoolSize, c.NoResetOnClose) = (4, true)));
        await using var store = new PostgresStore(new PostgresStoreOptions { DataSource = source, Schema = Schema, MaxConnections = 4 });
        var (self, node) = (await NodeAsync(store), await NodeAsync(store));
        await (await ListenAsync(store, node)).DisposeAsync();

        Assert.All(await store.Nodes.WatchAsync(self, CancellationToken.None), seen => Assert.False(seen.LockHeld));
        var connections = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => source.OpenConnectionAsync().AsTask()));
        foreach (var connection in connections)
        {
            await using var channels = new NpgsqlCommand("SELECT count(*) FROM pg_listening_channels()", connection);
            Assert.Equal(0L, await channels.ExecuteScalarAsync());
            await connection.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MaxConnections_holds_under_load_the_listening_one_included(bool borrowed)
    {
        const int Most = 5;
        await Store.MigrateAsync();
        await using var proxy = new TcpProxy(Server);
        var through = proxy.ConnectionString;
        await using var source = NpgsqlDataSource.Create(through);
        var store = Open(o =>
        {
            o.ConnectionString = borrowed ? null : through;
            o.DataSource = borrowed ? source : null;
            o.MaxConnections = Most;
        });
        var topic = (await store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Id;
        await using var line = await ListenAsync(store, await NodeAsync(store));
        var before = proxy.Sessions.Count;

        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => store.Log.AppendAsync(topic, 0, Events.Many(1))));

        // One session was for the migration alone and is over; one place is kept back.
        Assert.InRange(proxy.Sessions.Count - (borrowed ? 0 : 1), 2, Most - 1);
        Assert.True(proxy.Sessions.Count > before);
    }

    [Fact]
    public async Task Of_several_hosts_the_one_that_answers_as_a_primary_is_taken()
    {
        var server = new NpgsqlConnectionStringBuilder(Server);
        var store = Open(o => o.ConnectionString = With(c => c.Host = $"{server.Host}:1,{server.Host}:{server.Port}"));

        Assert.Equal(0, (await store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Tail);
    }

    [Fact]
    public async Task A_server_that_falls_silent_takes_no_place_of_the_pool_for_good()
    {
        var topic = await TopicAsync();
        await using var proxy = new TcpProxy(Server);
        var store = Open(o =>
        {
            o.ConnectionString = proxy.ConnectionString + ";Timeout=2";
            (o.MaxConnections, o.WriteTimeout) = (PostgresStoreOptions.LeastConnections, TimeSpan.FromSeconds(1));
        });
        await store.Log.AppendAsync(topic, 0, Events.Many(1));
        proxy.FallSilent();

        var lost = await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
            (await Assert.ThrowsAsync<Core.Faults.StoreException>(() => store.Log.AppendAsync(topic, 1, Events.Many(1)))).Kind));

        Assert.Contains(Core.Faults.FaultKind.Unknown, lost);
        proxy.ServeNewSessions();
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var served = Enumerable.Range(0, 3).Select(async _ =>
        {
            while (!late.IsCancellationRequested)
            {
                if (await Record.ExceptionAsync(() => store.Log.AppendAsync(topic, 1, Events.Many(1))) is null)
                    return true;
            }

            return false;
        });
        Assert.All(await Task.WhenAll(served), Assert.True);
    }

    [Fact]
    public async Task Behind_a_pooler_nothing_is_kept_in_a_session_and_nothing_is_prepared()
    {
        await using var proxy = new TcpProxy(Server) { OnReply = PretendAnotherBackend };
        var store = Open(o => o.ConnectionString = proxy.ConnectionString);
        var topic = (await store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Id;
        for (var i = 0; i < 8; i++)
            await store.Log.AppendAsync(topic, 0, Events.Many(1));

        Assert.Null(await store.Wakeups.OpenAsync(await NodeAsync(store), CancellationToken.None));

        Assert.Equal(8, (await store.Log.ReadAsync(topic, 0, 100, long.MaxValue, CancellationToken.None)).Count);
    }

    // BackendKeyData (PostgreSQL documentation, message formats): 'K', length 12, process id, secret.
    private static void PretendAnotherBackend(Memory<byte> reply)
    {
        var at = reply.Span.IndexOf("K\0\0\0\f"u8);
        if (at >= 0)
            reply.Span[at + 5] ^= 0x40;
    }
}
