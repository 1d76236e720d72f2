using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.Log;

/// <summary>R8: retention takes nothing that a group has not settled or a live private subscriber has not read.</summary>
public sealed class RetentionSpec : StoreSpec
{
    private TopicId _topic;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _topic = await TopicAsync();
        await AppendAsync(_topic, 20);
        await MakeOldAsync(_topic);
    }

    [Fact]
    public async Task Without_readers_all_but_what_is_to_be_kept_goes()
    {
        Assert.Equal(15, await TrimAsync(keep: 5));
        Assert.Equal(Enumerable.Range(15, 5).Select(i => (long)i), await OffsetsAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task The_newest_event_stays_and_offsets_go_on_after_it(long keep)
    {
        Assert.Equal(19, await TrimAsync(keep));
        Assert.Equal([19], await OffsetsAsync());
        Assert.Equal(20, (await Store.Log.AppendAsync(_topic, 20, Events.Many(1))).First);
    }

    [Fact]
    public async Task What_a_group_has_not_claimed_stays()
    {
        var group = await GroupAsync(_topic);
        var node = await NodeAsync();
        await Store.SettleAsync(group, node, (await Store.ClaimAsync(group, node, most: 6)).Whole());
        await GroupAsync(_topic, "slow");

        Assert.Equal(0, await TrimAsync(keep: 0));
        Assert.Equal(20, (await OffsetsAsync()).Count);
    }

    [Fact]
    public async Task What_is_leased_stays()
    {
        var (group, node) = await ReadAllAsync(settled: 0..4, leased: 4..8);

        Assert.Equal(4, await TrimAsync(keep: 0));
        Assert.Equal(4, (await OffsetsAsync())[0]);
        Assert.Equal(20, (await Store.ClaimAsync(group, node)).From);
    }

    [Fact]
    public async Task What_waits_for_a_retry_stays()
    {
        var (group, node) = await ReadAllAsync(settled: 0..20, leased: 20..20);
        await Direct.RunAsync($"""
            INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, due_at, why)
            VALUES ({_topic.Value}, {group.Subscription}, 9, 1, clock_timestamp() + interval '1 hour', 'it failed')
            """);

        Assert.Equal(9, await TrimAsync(keep: 0));

        await Direct.RunAsync("UPDATE pgpubsub.retry SET due_at = clock_timestamp()");
        Assert.Equal(9, Assert.Single(await Store.ClaimRetriesAsync(group, node)).Event.Offset);
        Assert.Equal(9, await TrimAsync(keep: 0));
    }

    [Fact]
    public async Task What_a_mark_protects_stays()
    {
        foreach (var low in new[] { 12, 7 })
            await Store.Nodes.MarkAsync(await NodeAsync(), [new(_topic, low)]);

        Assert.Equal(7, await TrimAsync(keep: 0));
        Assert.Equal(7, (await OffsetsAsync())[0]);
    }

    [Fact]
    public async Task What_is_younger_than_a_minute_stays()
    {
        await Direct.RunAsync("""UPDATE pgpubsub.event SET published_at = clock_timestamp() - interval '50 seconds' WHERE "offset" >= 11""");

        Assert.Equal(11, await TrimAsync(keep: 0));
    }

    [Fact]
    public async Task Another_topic_is_left_as_it_is()
    {
        var other = await TopicAsync("other");
        await AppendAsync(other, 5);
        await MakeOldAsync(other);

        await TrimAsync(keep: 0);

        Assert.Equal(5, (await Store.Log.ReadAsync(other, 0, 100, long.MaxValue, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_trim_of_many_steps_takes_all()
    {
        await Store.Log.AppendAsync(_topic, 20, Events.Many(3_500));
        await MakeOldAsync(_topic);

        Assert.Equal(3_519, await TrimAsync(keep: 0));
        Assert.Equal([3_519], await OffsetsAsync());
    }

    [Fact]
    public async Task A_group_that_is_being_made_is_waited_for()
    {
        await using var other = await Direct.OpenAsync();
        await Direct.RunAsync(other, "BEGIN");
        await Direct.RunAsync(other, $"SELECT pgpubsub.ensure_group_v1({_topic.Value}, 'new', 'offset', 3, NULL, 1000, 5, 1000, 4, 1000)");
        var trimming = TrimAsync(keep: 0);
        await Direct.UntilAsync("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'");

        await Direct.RunAsync(other, "COMMIT");

        Assert.Equal(3, await trimming);
    }

    [Fact]
    public async Task A_mark_under_way_when_its_node_departs_holds_nothing_back()
    {
        var node = await NodeAsync();
        await using var other = await Direct.OpenAsync();
        await Direct.RunAsync(other, "BEGIN");
        await Direct.RunAsync(other, $"SELECT pgpubsub.mark_v1('{node}', ARRAY[{_topic.Value}], ARRAY[3::bigint])");
        var departing = Store.Nodes.DepartAsync(node);
        await Direct.UntilAsync("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'");

        await Direct.RunAsync(other, "COMMIT");
        await departing;

        Assert.Equal(0, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.mark"));
        Assert.Equal(19, await TrimAsync(keep: 0));
    }

    [Fact]
    public async Task A_mark_that_a_departed_node_has_left_behind_holds_nothing_back()
    {
        await Direct.RunAsync($"INSERT INTO pgpubsub.mark (topic, node, low) VALUES ({_topic.Value}, gen_random_uuid(), 3)");

        Assert.Equal(19, await TrimAsync(keep: 0));
    }

    [Fact]
    public async Task What_was_taken_is_handed_to_nobody_while_it_is_not_yet_deleted()
    {
        var (group, node) = (await GroupAsync(_topic), await NodeAsync());
        await Direct.RunAsync($"SELECT pgpubsub.clear_topic_v1({_topic.Value})");

        Assert.Empty(await Store.Log.ReadAsync(_topic, 0, 100, long.MaxValue, CancellationToken.None));
        Assert.Equal((20L, 20L), await Store.ClaimAsync(group, node) is var none ? (none.Lo, none.Hi) : default);
        await Store.Log.AppendAsync(_topic, 20, Events.Many(1));
        Assert.Equal(20, Assert.Single((await Store.ClaimAsync(group, node)).Events).Offset);
    }

    private Task<long> TrimAsync(long keep) => Store.TrimAsync(_topic, keep: keep);

    private Task<IReadOnlyList<long>> OffsetsAsync() => Direct.ListAsync<long>($"""SELECT "offset" FROM pgpubsub.event WHERE topic = {_topic.Value} ORDER BY 1""");

    // A group that has claimed everything: some of it settled, one lease still out, the rest settled.
    private async Task<(GroupKey, Guid)> ReadAllAsync(Range settled, Range leased)
    {
        var (group, node) = (await GroupAsync(_topic), await NodeAsync());
        foreach (var (count, settle) in new[] { (settled.End.Value - settled.Start.Value, true), (leased.End.Value - leased.Start.Value, false), (20, true) })
        {
            var page = await Store.ClaimAsync(group, node, most: Math.Max(1, count));
            if (settle && !page.IsEmpty)
                await Store.SettleAsync(group, node, page.Whole());
        }

        return (group, node);
    }
}
