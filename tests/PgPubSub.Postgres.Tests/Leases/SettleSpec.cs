using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using static PgPubSub.Postgres.Tests.Leases.Claims;

namespace PgPubSub.Postgres.Tests.Leases;

/// <summary>R5 and R6: a late answer changes nothing, and a confirmed one is never followed by a redelivery.</summary>
public sealed class SettleSpec : StoreSpec
{
    private GroupKey _group;
    private Guid _node;
    private ClaimedPage _page = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var topic = await TopicAsync();
        await AppendAsync(topic, 10);
        (_group, _node) = (await GroupAsync(topic), await NodeAsync());
        _page = await Store.ClaimAsync(_group, _node, most: 10);
    }

    [Fact]
    public async Task A_lease_that_is_settled_whole_is_gone_and_nothing_of_it_comes_back()
    {
        Assert.True(await Store.SettleAsync(_group, _node, _page.Whole()));

        Assert.Equal((0, 0), await LeftAsync());
        Assert.Empty(await RedeliveredAsync());
    }

    [Fact]
    public async Task What_was_settled_of_a_lease_does_not_come_back_when_the_rest_does()
    {
        Assert.True(await Store.SettleAsync(_group, _node, _page.Acked(0, 3, 9)));

        Assert.Equal([1, 2, 4, 5, 6, 7, 8], await RedeliveredAsync());
    }

    [Fact]
    public async Task Of_two_settlements_at_once_neither_undoes_the_other()
    {
        await using var other = await Direct.OpenAsync();
        await Direct.RunAsync(other, "BEGIN");
        await Direct.RunAsync(other, $$"""
            SELECT pgpubsub.settle_v1({{_group.Topic.Value}}, {{_group.Subscription}}, 1, 0, '{{_page.Token}}', '{{_node}}', '{0, 1}', '{}', '{}', '{}', '{}', '{}')
            """);
        var settling = Store.SettleAsync(_group, _node, _page.Acked(2, 3));
        await Direct.UntilAsync("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'");

        await Direct.RunAsync(other, "COMMIT");
        Assert.True(await settling);

        Assert.Equal([4, 5, 6, 7, 8, 9], await RedeliveredAsync());
    }

    [Fact]
    public async Task A_lease_is_gone_when_its_last_part_is_settled()
    {
        Assert.True(await Store.SettleAsync(_group, _node, _page.Acked(5, 6, 7, 8, 9)));
        Assert.True(await Store.SettleAsync(_group, _node, _page.Acked(0, 1, 2, 3, 4)));

        Assert.Equal((0, 0), await LeftAsync());
        Assert.False(await Store.SettleAsync(_group, _node, _page.Whole()));
    }

    [Fact]
    public async Task Of_acks_and_nacks_in_one_settlement_only_the_nacks_come_back()
    {
        var settlement = _page.Failed(Nack(2), Nack(4)) with { Acked = [0, 1, 3, 5, 6, 7, 8, 9] };

        Assert.True(await Store.SettleAsync(_group, _node, settlement));

        Assert.Equal((0, 2), await LeftAsync());
        Assert.Equal([2, 4], await RedeliveredAsync());
    }

    [Fact]
    public async Task Settling_the_same_again_changes_nothing()
    {
        var settlement = _page.Failed(Nack(2)) with { Acked = [0] };
        Assert.True(await Store.SettleAsync(_group, _node, settlement));
        var retry = Assert.Single(await Store.ClaimRetriesAsync(_group, _node));
        Assert.True(await Store.SettleAsync(_group, _node, retry));

        Assert.True(await Store.SettleAsync(_group, _node, settlement));

        Assert.Equal((1, 0), await LeftAsync());
        Assert.Equal([1, 3, 4, 5, 6, 7, 8, 9], await RedeliveredAsync());
    }

    [Fact]
    public async Task A_nack_of_what_was_acked_before_changes_nothing()
    {
        await Store.SettleAsync(_group, _node, _page.Acked(2));

        Assert.True(await Store.SettleAsync(_group, _node, _page.Failed(Nack(2), Bury(2))));

        Assert.Equal((1, 0), await LeftAsync());
        Assert.Equal(0, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.dead_letter"));
    }

    public static TheoryData<bool, bool> WrongNames() => new() { { true, false }, { false, true }, { true, true } };

    [Theory]
    [MemberData(nameof(WrongNames))]
    public async Task A_settlement_with_another_token_or_of_another_node_changes_nothing(bool wrongToken, bool wrongNode)
    {
        var page = wrongToken ? _page with { Token = Guid.CreateVersion7() } : _page;
        var node = wrongNode ? await NodeAsync() : _node;
        var before = await SnapshotAsync();

        foreach (var late in new[] { page.Whole(), page.Acked(1, 2), page.Failed(Nack(1), Bury(2)) })
            Assert.False(await Store.SettleAsync(_group, node, late));

        Assert.Equal(before, await SnapshotAsync());
    }

    [Theory]
    [MemberData(nameof(WrongNames))]
    public async Task A_retry_is_settled_by_its_claimer_alone(bool wrongToken, bool wrongNode)
    {
        await Store.SettleAsync(_group, _node, _page.Failed(Nack(1)));
        var retry = Assert.Single(await Store.ClaimRetriesAsync(_group, _node));
        var before = await SnapshotAsync();
        var (claim, node) = (wrongToken ? retry with { Token = Guid.CreateVersion7() } : retry, wrongNode ? await NodeAsync() : _node);

        foreach (var failed in new[] { null, Nack(1), Bury(1) })
            Assert.False(await Store.SettleAsync(_group, node, claim, failed));

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task After_a_takeover_the_dead_nodes_answers_change_nothing()
    {
        await Store.SettleAsync(_group, _node, _page.Failed(Nack(1)));
        var retry = Assert.Single(await Store.ClaimRetriesAsync(_group, _node));
        var taker = await NodeAsync();
        Assert.True(await Store.Nodes.TakeOverAsync((await Store.Nodes.WatchAsync(taker, CancellationToken.None)).Single()));
        var before = await SnapshotAsync();

        foreach (var late in new[] { _page.Whole(), _page.Acked(0), _page.Failed(Nack(0), Bury(2)) })
            Assert.False(await Store.SettleAsync(_group, _node, late));
        Assert.False(await Store.SettleAsync(_group, _node, retry));

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task After_a_seek_answers_to_the_generation_before_change_nothing()
    {
        await Store.Subscriptions.SeekAsync(_group, StartFrom.Offset(0));
        await Store.ClaimAsync(_group, _node, generation: 2);
        var before = await SnapshotAsync();

        foreach (var late in new[] { _page.Whole(), _page.Acked(0), _page.Failed(Nack(0), Bury(2)) })
            Assert.False(await Store.SettleAsync(_group, _node, late));

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task Many_settlements_go_in_one_transaction_and_each_hears_of_its_own()
    {
        await AppendAsync(_group.Topic, 3);
        var second = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, second.Failed(Nack(11), Nack(12)));
        var retries = await Store.ClaimRetriesAsync(_group, _node);

        var result = await Store.Deliveries.SettleAsync(
            _group, _node,
            [_page.Whole(), _page.Whole() with { Token = Guid.CreateVersion7() }, second.Acked(10)],
            [new RetrySettlement(11, retries[0].Token, null), new RetrySettlement(12, Guid.CreateVersion7(), null)]);

        Assert.Equal([true, false, true], result.Leases);
        Assert.Equal([true, false], result.Retries);
    }

    [Fact]
    public async Task A_reason_that_cannot_be_stored_keeps_no_settlement_from_being_written()
    {
        var settlement = _page.Failed(Nack(0) with { Why = "zero \0 and half \ud83d of a pair 😀" }, Nack(1) with { Why = new string('x', 100_000) });

        Assert.True(await Store.SettleAsync(_group, _node, settlement));
        var retry = (await Store.ClaimRetriesAsync(_group, _node)).Single(r => r.Event.Offset == 0);
        Assert.True(await Store.SettleAsync(_group, _node, retry, Bury(0) with { Why = "\0" }));

        Assert.Equal(["\ufffd"], await Direct.ListAsync<string>("SELECT why FROM pgpubsub.dead_letter"));
        Assert.Equal(2_000, await Direct.ScalarAsync<int>("SELECT length(why) FROM pgpubsub.retry"));
    }

    [Fact]
    public async Task An_offset_that_is_not_of_the_lease_is_refused_and_nothing_is_settled()
    {
        var before = await SnapshotAsync();

        var refused = await Assert.ThrowsAsync<StoreException>(() => Store.SettleAsync(_group, _node, _page.Acked(0, 10)));

        Assert.Equal(FaultKind.Refused, refused.Kind);
        Assert.Equal(before, await SnapshotAsync());
    }

    private async Task<(long Leases, long Retries)> LeftAsync() =>
        (await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.lease"), await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.retry"));

    // What another node is handed once this one is dead.
    private async Task<IEnumerable<long>> RedeliveredAsync()
    {
        var taker = await NodeAsync();
        foreach (var dead in await Store.Nodes.WatchAsync(taker, CancellationToken.None))
            await Store.Nodes.TakeOverAsync(dead);
        var retries = await Store.ClaimRetriesAsync(_group, taker);
        return retries.Select(r => r.Event.Offset).Concat((await Store.ClaimAsync(_group, taker)).Events.Select(e => e.Offset)).Order();
    }

    private Task<string> SnapshotAsync() => Direct.ScalarAsync<string>(
        """
        SELECT concat(
          (SELECT string_agg(l::text, '; ' ORDER BY l.lo) FROM pgpubsub.lease l), (SELECT string_agg(r::text, '; ' ORDER BY r."offset") FROM pgpubsub.retry r),
          (SELECT string_agg(d::text, '; ' ORDER BY d.id) FROM pgpubsub.dead_letter d), (SELECT string_agg(c::text, '; ') FROM pgpubsub.cursor c))
        """);
}
