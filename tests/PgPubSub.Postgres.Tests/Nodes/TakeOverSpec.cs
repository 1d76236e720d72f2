using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.Nodes;

/// <summary>What a dead node held goes to the living, once.</summary>
public sealed class TakeOverSpec : StoreSpec
{
    private GroupKey _group;
    private PostgresStore _other = null!;
    private Guid _dead;
    private Guid _taker;
    private ClaimedPage _page = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var topic = await TopicAsync();
        await AppendAsync(topic, 20);
        _group = await GroupAsync(topic);
        _other = Open();
        (_dead, _taker) = (await NodeAsync(_other), await NodeAsync());
        _page = await _other.ClaimAsync(_group, _dead, most: 10);
        await _other.SettleAsync(_group, _dead, _page.Failed(Claims.Nack(0, attempts: 2)) with { Acked = [1, 2] });
    }

    [Fact]
    public async Task One_of_many_takers_wins()
    {
        var seen = await SeenAsync();

        var won = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Store.Nodes.TakeOverAsync(seen)));

        Assert.Single(won, w => w);
        Assert.Equal(8, (await Store.ClaimRetriesAsync(_group, _taker)).Count);
    }

    [Fact]
    public async Task Leases_and_claimed_retries_become_retries_that_are_due_at_once()
    {
        var held = Assert.Single(await _other.ClaimRetriesAsync(_group, _dead));

        Assert.True(await Store.Nodes.TakeOverAsync(await SeenAsync()));

        var retries = (await Store.ClaimRetriesAsync(_group, _taker)).OrderBy(r => r.Event.Offset).ToList();
        Assert.Equal([0, 3, 4, 5, 6, 7, 8, 9], retries.Select(r => r.Event.Offset));
        Assert.Equal((held.Attempts + 1, 1), (retries[0].Attempts, retries[0].Deaths));
        Assert.All(retries.Skip(1), r => Assert.Equal((1, 1), (r.Attempts, r.Deaths)));
        Assert.Equal(0, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.lease"));
    }

    [Fact]
    public async Task After_a_second_death_it_waits()
    {
        await Store.Nodes.TakeOverAsync(await SeenAsync());
        var second = await NodeAsync();
        Assert.NotEmpty(await Store.ClaimRetriesAsync(_group, second));

        await Store.Nodes.TakeOverAsync(await SeenAsync());

        Assert.Equal((0, 1), Assert.Single((await Store.ClaimRetriesAsync(_group, _taker)).Select(r => (r.Event.Offset, r.Deaths))));
        Assert.Equal(2, await Direct.ScalarAsync<int>("SELECT min(deaths) FROM pgpubsub.retry WHERE due_at > clock_timestamp()"));
    }

    [Fact]
    public async Task Cursors_and_what_others_hold_stay_as_they_are()
    {
        var mine = await Store.ClaimAsync(_group, _taker, most: 5);

        await Store.Nodes.TakeOverAsync(await SeenAsync());

        Assert.Equal(15, await Direct.ScalarAsync<long>("SELECT hi FROM pgpubsub.cursor"));
        Assert.True(await Store.SettleAsync(_group, _taker, mine.Whole()));
    }

    [Fact]
    public async Task A_node_that_beat_again_is_not_taken_over()
    {
        var seen = await SeenAsync();
        Assert.NotNull(await _other.Nodes.BeatAsync(_dead, keepsLock: false));

        Assert.False(await Store.Nodes.TakeOverAsync(seen));

        Assert.True(await _other.SettleAsync(_group, _dead, _page.Whole()));
    }

    [Fact]
    public async Task A_node_that_was_taken_over_hears_it_at_its_next_beat_and_claims_nothing_more()
    {
        await Store.Nodes.TakeOverAsync(await SeenAsync());
        var late = Open();

        Assert.Null(await late.Nodes.BeatAsync(_dead, keepsLock: false));
        await Assert.ThrowsAsync<Core.Faults.StoreException>(() => late.ClaimAsync(_group, _dead));
        await Assert.ThrowsAsync<Core.Faults.StoreException>(() => late.ClaimRetriesAsync(_group, _dead));
    }

    [Fact]
    public async Task The_dead_nodes_sessions_are_ended_and_free_their_locks()
    {
        // The dead node's last call arrived in part: its transaction holds what the takeover needs and waits for its client.
        var application = await Direct.ScalarAsync<string>($"SELECT application FROM pgpubsub.node WHERE id = '{_dead}'");
        await using var half = new Sessions(With(c => c.ApplicationName = application), Schema);
        await using var session = await half.OpenAsync();
        await half.RunAsync(session, "BEGIN; SELECT FROM pgpubsub.lease FOR UPDATE; SELECT FROM pgpubsub.node FOR UPDATE");
        await AgedAsync(application);

        Assert.True(await Store.Nodes.TakeOverAsync(await SeenAsync()));

        await Direct.UntilAsync($"SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = '{application}' AND xact_start IS NOT NULL");
        Assert.Equal("57P01", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => half.RunAsync(session, "SELECT 1"))).SqlState);
        Assert.Equal(8, (await Store.ClaimRetriesAsync(_group, _taker)).Count);
    }

    [Fact]
    public async Task A_seek_and_a_takeover_at_once_wait_for_each_other_and_not_in_a_ring()
    {
        // The later lease comes first in the table: the other was written anew after it.
        await _other.ClaimAsync(_group, _dead, most: 10);
        await _other.SettleAsync(_group, _dead, _page.Acked(3));
        await using var stranger = await Direct.OpenAsync();
        await Direct.RunAsync(stranger, "BEGIN; SELECT FROM pgpubsub.lease WHERE lo = 0 FOR UPDATE");
        var seen = await SeenAsync();
        var seeking = Store.Subscriptions.SeekAsync(_group, StartFrom.Offset(0));
        await Direct.UntilAsync("SELECT count(*) > 0 FROM pg_locks WHERE granted AND locktype = 'tuple' AND relation = 'pgpubsub.lease'::regclass");
        var taking = Store.Nodes.TakeOverAsync(seen);
        await Direct.UntilAsync("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND locktype = 'tuple' AND relation = 'pgpubsub.lease'::regclass");

        await Direct.RunAsync(stranger, "COMMIT");

        Assert.Equal(0, (await seeking).Position);
        Assert.True(await taking);
    }

    [Fact]
    public async Task Leases_without_a_node_are_seen_and_taken_over_once()
    {
        await Direct.RunAsync($"DELETE FROM pgpubsub.node WHERE id = '{_dead}'");
        var seen = await SeenAsync();
        Assert.Equal((_dead, null, true), (seen.Id, seen.SeenAt, seen.HoldsLeases));

        var won = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Store.Nodes.TakeOverAsync(seen)));

        Assert.Single(won, w => w);
        Assert.Equal(8, (await Store.ClaimRetriesAsync(_group, _taker)).Count);
        Assert.Empty(await Store.Nodes.WatchAsync(_taker, CancellationToken.None));
    }

    [Fact]
    public async Task A_node_with_a_row_is_not_taken_over_for_one_without()
    {
        var seen = await SeenAsync();

        Assert.False(await Store.Nodes.TakeOverAsync(seen with { SeenAt = null }));
    }

    [Fact]
    public async Task Marks_of_the_dead_go_with_it()
    {
        await Direct.RunAsync($"INSERT INTO pgpubsub.mark (topic, node, low) VALUES (1, '{_dead}', 0), (1, '{_taker}', 0)");

        await Store.Nodes.TakeOverAsync(await SeenAsync());

        Assert.Equal([_taker], await Direct.ListAsync<Guid>("SELECT node FROM pgpubsub.mark"));
    }

    // Nobody is dead as soon as this.
    private Task AgedAsync(string application) => Direct.UntilAsync(
        $"SELECT bool_and(xact_start < clock_timestamp() - interval '500 milliseconds') FROM pg_stat_activity WHERE application_name = '{application}' AND xact_start IS NOT NULL");

    private async Task<NodeSighting> SeenAsync() => (await Store.Nodes.WatchAsync(_taker, CancellationToken.None)).Single();
}
