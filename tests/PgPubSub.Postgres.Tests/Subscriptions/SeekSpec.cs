using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.Subscriptions;

/// <summary>R9: the cursor of a group never moves back except by an explicit seek.</summary>
public sealed class SeekSpec : StoreSpec
{
    private GroupKey _group;
    private Guid _node;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var topic = await TopicAsync();
        await AppendAsync(topic, 10);
        (_group, _node) = (await GroupAsync(topic), await NodeAsync());
    }

    [Fact]
    public async Task A_claim_never_moves_the_cursor_back()
    {
        var positions = new List<long>();
        for (var i = 0; i < 12; i++)
        {
            var page = await Store.ClaimAsync(_group, _node, most: 1);
            Assert.Equal(page.From, positions.LastOrDefault());
            positions.Add(await PositionAsync());
            if (i % 3 == 0)
                await Store.SettleAsync(_group, _node, page.Whole());
        }

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10], positions);
    }

    [Fact]
    public async Task Neither_a_takeover_nor_a_departure_moves_it()
    {
        await Store.ClaimAsync(_group, _node, most: 4);
        var taker = await NodeAsync();
        await Store.Nodes.TakeOverAsync((await Store.Nodes.WatchAsync(taker, CancellationToken.None)).Single());
        await Store.Nodes.DepartAsync(taker);

        Assert.Equal(4, await PositionAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(50)]
    public async Task A_seek_moves_it_back_or_forth_into_a_new_generation(long offset)
    {
        await Store.ClaimAsync(_group, _node, most: 5);

        var sought = await Store.Subscriptions.SeekAsync(_group, StartFrom.Offset(offset));

        Assert.Equal((2L, offset), (sought.Generation, sought.Position));
        Assert.Equal(offset, await PositionAsync());
        Assert.Equal(1, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.cursor"));
    }

    [Fact]
    public async Task A_seek_drops_the_leases_and_retries_of_the_generation_before()
    {
        var page = await Store.ClaimAsync(_group, _node, most: 5);
        await Store.SettleAsync(_group, _node, page.Failed(Claims.Nack(2)));

        await Store.Subscriptions.SeekAsync(_group, StartFrom.Offset(0));

        Assert.Equal(0, await Direct.ScalarAsync<long>("SELECT (SELECT count(*) FROM pgpubsub.lease) + (SELECT count(*) FROM pgpubsub.retry)"));
        Assert.Equal(10, (await Store.ClaimAsync(_group, _node, generation: 2)).Events.Count);
    }

    [Fact]
    public async Task A_seek_below_the_floor_goes_to_the_floor()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, page.Whole());
        await MakeOldAsync(_group.Topic);
        await Store.TrimAsync(_group.Topic, keep: 2);

        var sought = await Store.Subscriptions.SeekAsync(_group, StartFrom.Offset(0));

        Assert.Equal((8L, 8L), (sought.Position, sought.Floor));
    }

    [Fact]
    public async Task A_settlement_under_way_leaves_no_retry_behind_a_seek()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await using var other = await Direct.OpenAsync();
        await Direct.RunAsync(other, "BEGIN");
        await Direct.RunAsync(other, $$"""
            SELECT pgpubsub.settle_v1({{_group.Topic.Value}}, {{_group.Subscription}}, 1, 0, '{{page.Token}}', '{{_node}}', '{}', '{3}', '{1}', '{0}', '{x}', '{false}')
            """);
        var seeking = Store.Subscriptions.SeekAsync(_group, StartFrom.Offset(0));
        await Direct.UntilAsync("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'");

        await Direct.RunAsync(other, "COMMIT");
        await seeking;

        Assert.Equal(0, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.retry"));
    }

    [Fact]
    public async Task A_group_that_is_not_there_is_told_as_gone()
    {
        var gone = await Assert.ThrowsAsync<StoreException>(() => Store.Subscriptions.SeekAsync(_group with { Subscription = 9_999 }, StartFrom.Offset(0)));

        Assert.Equal(FaultKind.Gone, gone.Kind);
    }

    private Task<long> PositionAsync() => Direct.ScalarAsync<long>("SELECT hi FROM pgpubsub.cursor ORDER BY generation DESC, hi DESC LIMIT 1");
}
