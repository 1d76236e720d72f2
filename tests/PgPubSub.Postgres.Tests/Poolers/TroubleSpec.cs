using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Poolers;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.Poolers;

/// <summary>Calls that hang or fail behind a pooler: their sessions have no number to end them by, and belong to others as well.</summary>
public sealed class TroubleSpec : PooledSpec
{
    [FactOfPgBouncer]
    public async Task A_write_that_takes_too_long_is_unknown_and_takes_no_place_for_good_on_either_side()
    {
        var topic = await TopicAsync();
        var store = OpenPooled(o => (o.MaxConnections, o.WriteTimeout) = (PostgresStoreOptions.LeastConnections, TimeSpan.FromSeconds(1)));
        await using var stranger = await Direct.OpenAsync();
        await Direct.RunAsync(stranger, "BEGIN; LOCK TABLE pgpubsub.event IN ACCESS EXCLUSIVE MODE");

        for (var round = 0; round < PoolSize; round++)
        {
            var faults = await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
                (await Assert.ThrowsAsync<StoreException>(() => store.Log.AppendAsync(topic, 0, Events.Many(1)))).Kind));
            Assert.Contains(FaultKind.Unknown, faults);
        }

        await Direct.UntilAsync($"SELECT count(*) = 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%{Schema}%'");
        await Direct.RunAsync(stranger, "ROLLBACK");
        Assert.Equal(0, (await store.Log.AppendAsync(topic, 0, Events.Many(1))).First);
    }

    [FactOfPgBouncer]
    public async Task A_dead_nodes_open_transaction_is_ended_by_the_takeover_and_nobody_elses()
    {
        var group = await GroupAsync(await TopicAsync());
        await AppendAsync(group.Topic, 4);
        var (dead, taker) = (OpenPooled(), OpenPooled());
        var (gone, node) = (await NodeAsync(dead), await NodeAsync(taker));
        Assert.Equal(4, (await dead.ClaimAsync(group, gone)).Events.Count);
        var application = await Direct.ScalarAsync<string>($"SELECT application FROM pgpubsub.node WHERE id = '{gone}'");
        await using var half = new Sessions(new Npgsql.NpgsqlConnectionStringBuilder(Pooler.ConnectionString) { ApplicationName = application }.ConnectionString, Schema);
        await using var other = new Sessions(Pooler.ConnectionString, Schema);
        await using var session = await half.OpenAsync();
        await using var innocent = await other.OpenAsync();
        await half.RunAsync(session, "BEGIN; SELECT FROM pgpubsub.lease FOR UPDATE; SELECT FROM pgpubsub.node FOR UPDATE");
        await other.RunAsync(innocent, "BEGIN");
        await Direct.UntilAsync($"SELECT max(clock_timestamp() - xact_start) > interval '500 milliseconds' FROM pg_stat_activity WHERE application_name = '{application}'");

        Assert.True(await taker.Nodes.TakeOverAsync((await taker.Nodes.WatchAsync(node, CancellationToken.None)).Single()));

        Assert.Equal(4, (await taker.ClaimRetriesAsync(group, node)).Count);
        await other.RunAsync(innocent, "COMMIT");
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(() => half.RunAsync(session, "SELECT 1"));
    }

    [FactOfPgBouncer]
    public async Task Takeovers_cost_those_who_share_the_pooler_no_call()
    {
        var group = await GroupAsync(await TopicAsync());
        var (living, taker) = (OpenPooled(), OpenPooled());
        var node = await NodeAsync(taker);
        using var over = new CancellationTokenSource();
        var working = Enumerable.Range(0, PoolSize).Select(_ => WorkAsync()).ToArray();
        for (var round = 0; round < 100; round++)
        {
            var dead = OpenPooled();
            await Task.WhenAll(NodeAsync(dead), NodeAsync(dead));
            foreach (var sighting in await taker.Nodes.WatchAsync(node, CancellationToken.None))
                Assert.True(await taker.Nodes.TakeOverAsync(sighting));
        }

        await over.CancelAsync();
        var calls = await Task.WhenAll(working);
        Assert.All(calls, count => Assert.True(count > 0));

        async Task<int> WorkAsync()
        {
            for (var count = 0; ; count++)
            {
                if (over.IsCancellationRequested)
                    return count;
                await living.Log.AppendAsync(group.Topic, 0, Events.Many(1));
            }
        }
    }

    [FactOfPgBouncer]
    public async Task A_call_that_is_refused_takes_nothing_from_whoever_is_served_next()
    {
        var store = OpenPooled();
        await store.MigrateAsync();
        await OverBackendsAsync("PREPARE theirs AS SELECT 1; SELECT 0::bigint");

        for (var i = 0; i < 8; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, PoolSize).Select(_ =>
                Assert.ThrowsAsync<Core.Faults.StoreException>(() => store.Log.AppendAsync(new Core.Topics.TopicId(9_999), 0, Events.Many(1)))));
        }

        await store.DisposeAsync();
        Assert.Equal(PoolSize, await OverBackendsAsync("SELECT count(*) FROM pg_prepared_statements WHERE name = 'theirs'"));
    }
}
