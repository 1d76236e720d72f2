using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;
using PgPubSub.Poolers;

namespace PgPubSub.Postgres.Tests.Poolers;

/// <summary>Calls go by the pooler, the one listening connection past it.</summary>
public sealed class ListenApartSpec : PooledSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [FactOfPgBouncer]
    public async Task What_is_told_by_the_pooler_is_heard_past_it_and_the_lock_is_kept()
    {
        var store = OpenPooled(o => o.ListenConnectionString = Server);
        var (self, node) = (await NodeAsync(), await NodeAsync(store));

        await using var line = await ListenAsync(store, node);

        Assert.True(line.KeepsLock);
        await store.Wakeups.NotifyAsync([new TopicTail(new TopicId(3), 7)]);
        Assert.Equal([new TopicTail(new TopicId(3), 7)], await line.WaitAsync(Patience, CancellationToken.None));
        Assert.NotNull(await store.Nodes.BeatAsync(node, line.KeepsLock));
        var seen = (await Store.Nodes.WatchAsync(self, CancellationToken.None)).Single();
        Assert.True(seen is { KeepsLock: true, LockHeld: true });
        Assert.Empty(await line.WaitAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None)); // silence: the probe goes by the pooler and comes back
    }

    [FactOfPgBouncer]
    public async Task A_way_that_leads_through_the_pooler_is_refused() =>
        await RefusedAsync(OpenPooled(o => o.ListenConnectionString = Pooler.ConnectionString));

    [FactOfPgBouncer]
    public async Task A_way_that_leads_to_another_database_is_refused_and_nothing_is_locked_there()
    {
        var other = Schema + "_other";
        await Direct.RunAsync($"CREATE DATABASE {other}");
        try
        {
            await RefusedAsync(OpenPooled(o => o.ListenConnectionString = With(c => c.Database = other)));
            Assert.Equal(0, await Direct.ScalarAsync<long>(
                $"SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND d.datname = '{other}'"));
        }
        finally
        {
            await Direct.RunAsync($"DROP DATABASE {other} WITH (FORCE)");
        }
    }

    [Fact]
    public async Task A_borrowed_source_can_listen_apart_too()
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(Server);
        var store = Open(o => (o.ConnectionString, o.DataSource, o.ListenConnectionString) = (null, source, Server));

        await using var line = await ListenAsync(store, await NodeAsync(store));

        Assert.True(line.KeepsLock);
    }

    private async Task RefusedAsync(PostgresStore store)
    {
        var fault = await Assert.ThrowsAsync<StoreException>(async () => await store.Wakeups.OpenAsync(await NodeAsync(store), CancellationToken.None));

        Assert.Equal(FaultKind.Schema, fault.Kind);
        Assert.StartsWith("ListenConnectionString", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", fault.Message, StringComparison.Ordinal);
    }
}
