using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.Nodes;

/// <summary>
/// What is held is seen also where it is older than the mark from which a look begins. The store's clock is years ahead: whatever is claimed is old.
/// </summary>
public sealed class HoldersSpec : StoreSpec
{
    private readonly HandClock _clock = new() { Now = new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero) };
    private PostgresStore _ahead = null!;
    private GroupKey _group;
    private Guid _node;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var topic = await TopicAsync();
        await AppendAsync(topic, 20);
        (_group, _node) = (await GroupAsync(topic), await NodeAsync());
        _ahead = Keep(new PostgresStore(new PostgresStoreOptions { ConnectionString = Server, Schema = Schema }, _clock));
    }

    [Fact]
    public async Task What_a_beat_told_once_it_tells_for_as_long_as_it_is_held()
    {
        var page = await Store.ClaimAsync(_group, _node, most: 3);
        await Store.SettleAsync(_group, _node, page.Failed(Claims.Nack(1)));
        var retry = Assert.Single(await Store.ClaimRetriesAsync(_group, _node));

        for (var beat = 0; beat < 3; beat++)
            Assert.Equal(new[] { page.Token, retry.Token }.Order(), (await BeatAsync()).Order());
        await Store.SettleAsync(_group, _node, page.Whole());
        Assert.Equal([retry.Token], await BeatAsync());
        await Store.SettleAsync(_group, _node, retry);
        Assert.Empty(await BeatAsync());
    }

    [Fact]
    public async Task What_was_written_below_the_mark_is_found_within_a_minute_and_from_then_on()
    {
        Assert.Empty(await BeatAsync());
        Assert.False((await SeenAsync()).HoldsLeases);
        var page = await Store.ClaimAsync(_group, _node);
        Assert.Empty(await BeatAsync());
        Assert.False((await SeenAsync()).HoldsLeases);

        _clock.Advance(TimeSpan.FromMinutes(1));

        for (var look = 0; look < 2; look++)
        {
            Assert.Equal([page.Token], await BeatAsync());
            Assert.True((await SeenAsync()).HoldsLeases);
        }
    }

    [Fact]
    public async Task What_is_above_the_mark_is_seen_at_every_look()
    {
        _clock.Now = TimeProvider.System.GetUtcNow();
        for (var look = 0; look < 3; look++)
        {
            Assert.False((await SeenAsync()).HoldsLeases);
            var page = await Store.ClaimAsync(_group, _node, most: 2);
            Assert.Equal([page.Token], await BeatAsync());
            Assert.True((await SeenAsync()).HoldsLeases);
            await Store.SettleAsync(_group, _node, page.Failed(Claims.Nack(page.Lo)));
            await Store.SettleAsync(_group, _node, page.Whole());
            var retry = Assert.Single(await Store.ClaimRetriesAsync(_group, _node));
            Assert.Equal([retry.Token], await BeatAsync());
            Assert.True((await SeenAsync()).HoldsLeases);
            await Store.SettleAsync(_group, _node, retry);
        }
    }

    [Fact]
    public async Task A_claim_that_is_written_when_its_nodes_row_is_gone_is_seen_at_the_next_look()
    {
        _clock.Now = TimeProvider.System.GetUtcNow();
        Assert.False((await SeenAsync()).HoldsLeases);
        await Store.ClaimAsync(_group, _node);
        await Direct.RunAsync($"CREATE TABLE pgpubsub.late AS SELECT * FROM pgpubsub.lease; DELETE FROM pgpubsub.lease; DELETE FROM pgpubsub.node WHERE id = '{_node}'");
        Assert.Empty(await _ahead.Nodes.WatchAsync(Guid.Empty, CancellationToken.None));

        await Direct.RunAsync("INSERT INTO pgpubsub.lease SELECT * FROM pgpubsub.late");

        var seen = await SeenAsync();
        Assert.Equal((_node, null, true), (seen.Id, seen.SeenAt, seen.HoldsLeases));
        Assert.True(await _ahead.Nodes.TakeOverAsync(seen));
    }

    private async Task<IReadOnlyList<Guid>> BeatAsync() => (await _ahead.Nodes.BeatAsync(_node, keepsLock: false))!;

    private async Task<NodeSighting> SeenAsync() => Assert.Single(await _ahead.Nodes.WatchAsync(Guid.Empty, CancellationToken.None));
}
