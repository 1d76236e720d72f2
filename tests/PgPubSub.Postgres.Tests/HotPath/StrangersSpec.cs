using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.HotPath;

/// <summary>R10: no stranger's snapshot, uncommitted row, row lock or idle session stalls delivery.</summary>
public sealed class StrangersSpec : StoreSpec
{
    private GroupKey _group;
    private Guid _node;
    private PostgresStore _store = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        // What waits for a stranger shows as a write that took too long.
        _store = Open(o => o.WriteTimeout = TimeSpan.FromSeconds(3));
        var topic = await TopicAsync();
        await AppendAsync(topic, 5);
        (_group, _node) = (await GroupAsync(topic), await NodeAsync());
    }

    [Theory]
    [InlineData("an old snapshot with an id", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_xact_id()")]
    [InlineData("a serializable transaction that read everything", "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT * FROM pgpubsub.event; SELECT * FROM pgpubsub.lease; SELECT * FROM pgpubsub.cursor")]
    [InlineData("a lock on every event", "BEGIN; SELECT FROM pgpubsub.event FOR UPDATE")]
    [InlineData("a lock on every topic", "BEGIN; SELECT FROM pgpubsub.topic FOR UPDATE")]
    [InlineData("a lock on every group", "BEGIN; SELECT FROM pgpubsub.subscription FOR UPDATE")]
    [InlineData("a lock on every cursor", "BEGIN; SELECT FROM pgpubsub.cursor FOR UPDATE")]
    [InlineData("a lock on every node", "BEGIN; SELECT FROM pgpubsub.node FOR UPDATE")]
    [InlineData("an event that is not committed", """BEGIN; INSERT INTO pgpubsub.event SELECT topic, "offset" + 1000, event_id, type, key, data, body, content_type, headers, size, published_at FROM pgpubsub.event""")]
    [InlineData("a user's advisory locks", "BEGIN; SELECT pg_advisory_lock(n) FROM generate_series(0, 1000) n; SELECT pg_advisory_lock(1, n) FROM generate_series(0, 100) n")]
    public async Task Append_claim_and_settle_go_on_beside(string what, string sql)
    {
        await using var stranger = await Direct.OpenAsync();
        await Direct.RunAsync(stranger, sql);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(5 + (2 * i), (await _store.Log.AppendAsync(_group.Topic, 5 + (2 * i), Events.Many(2))).First);
            var page = await _store.ClaimAsync(_group, _node);
            Assert.False(page.IsEmpty, what);
            Assert.True(await _store.SettleAsync(_group, _node, page.Failed(Claims.Nack(page.Lo))));
            Assert.True(await _store.SettleAsync(_group, _node, page.Whole()));
            Assert.True(await _store.SettleAsync(_group, _node, Assert.Single(await _store.ClaimRetriesAsync(_group, _node))));
        }
    }

    [Fact]
    public async Task A_cursor_that_somebody_locks_is_left_behind_and_never_claimed_from_again()
    {
        await using var stranger = await Direct.OpenAsync();
        await Direct.RunAsync(stranger, "BEGIN; SELECT FROM pgpubsub.cursor FOR UPDATE");
        Assert.Equal(5, (await _store.ClaimAsync(_group, _node)).Hi);
        await Direct.RunAsync(stranger, "COMMIT");

        Assert.True((await _store.ClaimAsync(_group, _node)).IsEmpty);
        Assert.Equal(2, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.cursor"));
        await _store.TrimAsync(_group.Topic, keep: 0);
        Assert.Equal([5], await Direct.ListAsync<long>("SELECT hi FROM pgpubsub.cursor"));
        await AppendAsync(_group.Topic, 1);
        Assert.Equal(5, (await _store.ClaimAsync(_group, _node)).Lo);
    }

    [Fact]
    public async Task A_lease_that_somebody_locks_stalls_that_lease_alone()
    {
        var locked = await _store.ClaimAsync(_group, _node, most: 2);
        await using var stranger = await Direct.OpenAsync();
        await Direct.RunAsync(stranger, "BEGIN; SELECT FROM pgpubsub.lease FOR UPDATE");
        var settling = _store.SettleAsync(_group, _node, locked.Whole());

        var page = await _store.ClaimAsync(_group, _node);
        Assert.True(await _store.SettleAsync(_group, _node, page.Whole()));
        Assert.Equal(5, (await _store.Log.AppendAsync(_group.Topic, 5, Events.Many(1))).First);

        Assert.Equal(FaultKind.Unknown, (await Assert.ThrowsAsync<StoreException>(() => settling)).Kind);
        await Direct.RunAsync(stranger, "COMMIT");
        Assert.True(await _store.SettleAsync(_group, _node, locked.Whole()));
    }
}
