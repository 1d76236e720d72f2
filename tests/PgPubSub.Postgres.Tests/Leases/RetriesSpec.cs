using System.Collections.Concurrent;
using PgPubSub.Core.Subscriptions;
using static PgPubSub.Postgres.Tests.Leases.Claims;

namespace PgPubSub.Postgres.Tests.Leases;

/// <summary>Retries: due in their order, each claimed by one.</summary>
public sealed class RetriesSpec : StoreSpec
{
    private GroupKey _group;
    private Guid _node;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var topic = await TopicAsync();
        await AppendAsync(topic, 200);
        (_group, _node) = (await GroupAsync(topic), await NodeAsync());
    }

    [Fact]
    public async Task A_retry_is_not_claimed_before_it_is_due()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, page.Failed(Nack(7) with { Delay = TimeSpan.FromHours(1) }));

        Assert.Empty(await Store.ClaimRetriesAsync(_group, _node));
        Assert.Empty((await PollAsync()).RetriesDue);

        await Direct.RunAsync("UPDATE pgpubsub.retry SET due_at = clock_timestamp()");
        Assert.Equal([new Core.Nodes.DueRetries(_group, false)], (await PollAsync()).RetriesDue);
        Assert.Equal(7, Assert.Single(await Store.ClaimRetriesAsync(_group, _node)).Event.Offset);
        Assert.Empty((await PollAsync()).RetriesDue);
    }

    [Fact]
    public async Task After_the_servers_clock_was_set_back_a_retry_waits_no_longer_than_it_was_to_at_first()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, page.Failed(Nack(1), Nack(2) with { Delay = TimeSpan.FromHours(3) }));
        await SetAnHourAheadAsync();

        Assert.Equal([new Core.Nodes.DueRetries(_group, false)], (await PollAsync()).RetriesDue);
        Assert.Equal(1, Assert.Single(await Store.ClaimRetriesAsync(_group, _node)).Event.Offset);

        Assert.Empty((await PollAsync()).RetriesDue);
        Assert.Equal(180, await Direct.ScalarAsync<int>("""SELECT round(extract(epoch FROM due_at - clock_timestamp()) / 60)::integer FROM pgpubsub.retry WHERE "offset" = 2"""));
    }

    [Fact]
    public async Task A_retry_that_is_nacked_again_waits_from_then_on_however_the_clock_stood()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, page.Failed(Nack(1)));
        var retry = Assert.Single(await Store.ClaimRetriesAsync(_group, _node));
        await Direct.RunAsync("UPDATE pgpubsub.retry SET due_at = due_at - interval '1 day', set_at = set_at - interval '1 day'");
        await Store.SettleAsync(_group, _node, retry, Nack(1, attempts: 2) with { Delay = TimeSpan.FromMinutes(5) });
        await SetAnHourAheadAsync();

        Assert.Empty(await Store.ClaimRetriesAsync(_group, _node));

        Assert.Equal(5, await Direct.ScalarAsync<int>("SELECT round(extract(epoch FROM due_at - clock_timestamp()) / 60)::integer FROM pgpubsub.retry"));
    }

    [Fact]
    public async Task What_came_back_from_a_node_waits_no_longer_either()
    {
        var page = await Store.ClaimAsync(_group, _node, most: 2);
        await Store.SettleAsync(_group, _node, page.Failed(Nack(1)));
        await Store.ClaimRetriesAsync(_group, _node);
        await Direct.RunAsync("UPDATE pgpubsub.retry SET due_at = due_at - interval '1 day', set_at = set_at - interval '1 day'");
        await Store.Nodes.DepartAsync(_node);
        await SetAnHourAheadAsync();

        Assert.Equal([0, 1], (await Store.ClaimRetriesAsync(_group, await NodeAsync())).Select(r => r.Event.Offset).Order());
    }

    [Fact]
    public async Task A_look_that_is_to_begin_at_a_moment_still_to_come_is_whole()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, page.Failed(Nack(7)));
        var (t, g, ahead) = (_group.Topic.Value, _group.Subscription, "clock_timestamp() + interval '1 hour'");

        Assert.True(await Direct.ScalarAsync<bool>($"SELECT due FROM pgpubsub.poll_retries_v2(ARRAY[{t}], ARRAY[{g}], ARRAY[{ahead}])"));
        Assert.Equal(1, await Direct.ScalarAsync<int>($"SELECT claimed FROM pgpubsub.claim_retries_v4({t}, {g}, '{_node}', gen_random_uuid(), 10, false, {ahead})"));
    }

    [Fact]
    public async Task Of_large_events_as_many_are_claimed_as_may_be_held_at_once()
    {
        var large = await Store.Log.AppendAsync(_group.Topic, 200, Events.ManyBytes(4, 3 * 1024 * 1024));
        var page = await Store.Deliveries.ClaimAsync(Of(_group, _node));
        await Store.SettleAsync(_group, _node, page.Failed([.. Enumerable.Range(200, 4).Select(offset => Nack(offset))]));
        await LongDueAsync();

        Assert.Equal(200, large.First);
        foreach (var count in new[] { 2, 2, 0 })
            Assert.Equal(count, (await Store.ClaimRetriesAsync(_group, _node)).Count);
    }

    [Fact]
    public async Task What_a_claim_left_is_claimed_by_the_next_however_long_it_was_due()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, page.Failed([.. Enumerable.Range(1, 10).Select(offset => Nack(offset))]));
        await LongDueAsync();

        foreach (var (most, count) in new[] { (3, 3), (4, 4), (100, 3), (100, 0) })
            Assert.Equal(count, (await Store.ClaimRetriesAsync(_group, _node, most)).Count);
    }

    [Fact]
    public async Task What_was_due_before_a_pause_is_claimed_after_it()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, page.Failed(Nack(1), Nack(2)));
        await LongDueAsync();
        await Store.Subscriptions.PauseAsync(_group, true);
        Assert.Empty(await Store.ClaimRetriesAsync(_group, _node));

        await Store.Subscriptions.PauseAsync(_group, false);

        Assert.Equal(2, (await Store.ClaimRetriesAsync(_group, _node)).Count);
    }

    [Fact]
    public async Task A_pause_waits_for_a_claim_under_way()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, page.Failed(Nack(7)));
        await using var other = await Direct.OpenAsync();
        await Direct.RunAsync(other, "BEGIN");
        await Direct.RunAsync(other, $"SELECT pgpubsub.claim_retries_v4({_group.Topic.Value}, {_group.Subscription}, '{_node}', '{Guid.NewGuid()}', 10, false, NULL)");

        var pausing = Store.Subscriptions.PauseAsync(_group, true);
        await Direct.UntilAsync("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'");
        Assert.False(pausing.IsCompleted);

        await Direct.RunAsync(other, "COMMIT");
        await pausing;
    }

    [Fact]
    public async Task The_longest_due_comes_first_with_its_attempts()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, page.Failed(Nack(1, attempts: 1), Nack(2, attempts: 2), Nack(3, attempts: 3)));
        await Direct.RunAsync("""UPDATE pgpubsub.retry SET due_at = clock_timestamp() - "offset" * interval '1 minute'""");

        var retries = await Store.ClaimRetriesAsync(_group, _node, most: 2);

        Assert.Equal([(3L, 3), (2L, 2)], retries.Select(r => (r.Event.Offset, r.Attempts)));
    }

    [Fact]
    public async Task A_nacked_retry_waits_again_under_nobodys_name()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, page.Failed(Nack(1)));
        var retry = Assert.Single(await Store.ClaimRetriesAsync(_group, _node));

        Assert.True(await Store.SettleAsync(_group, _node, retry, Nack(1, attempts: 2)));

        var again = Assert.Single(await Store.ClaimRetriesAsync(_group, _node));
        Assert.Equal(2, again.Attempts);
        Assert.NotEqual(retry.Token, again.Token);
    }

    [Fact]
    public async Task Many_claimers_get_every_retry_exactly_once()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, page.Failed([.. page.Events.Select(e => Nack(e.Offset))]));
        var claimed = new ConcurrentBag<long>();
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            var node = await NodeAsync();
            while (claimed.Count < 200)
            {
                late.Token.ThrowIfCancellationRequested();
                foreach (var retry in await Store.ClaimRetriesAsync(_group, node, most: 9))
                    claimed.Add(retry.Event.Offset);
            }
        }));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), claimed.Order());
    }

    [Fact]
    public async Task A_claim_of_retries_whose_answer_was_lost_is_answered_when_it_is_sent_again()
    {
        var page = await Store.ClaimAsync(_group, _node);
        await Store.SettleAsync(_group, _node, page.Failed(Nack(1), Nack(2)));
        var token = Guid.CreateVersion7();
        var claimed = (await Store.Deliveries.ClaimRetriesAsync(_group, _node, token, 10, suspects: false)).Retries;

        var again = (await Store.Deliveries.ClaimRetriesAsync(_group, _node, token, 10, suspects: false)).Retries;

        Assert.Equal(claimed.Select(r => r.Event.Offset), again.Select(r => r.Event.Offset));
    }

    private Task<Core.Nodes.PollResult> PollAsync() => Store.Nodes.PollAsync(new Core.Nodes.PollRequest([_group.Topic], [_group], []), CancellationToken.None);

    // What was set by a clock that stood an hour ahead looks so when it has been set back.
    private Task SetAnHourAheadAsync() => Direct.RunAsync("UPDATE pgpubsub.retry SET due_at = due_at + interval '1 hour', set_at = set_at + interval '1 hour'");

    // Longer than a look goes back that follows one that left nothing.
    private Task LongDueAsync() => Direct.RunAsync("UPDATE pgpubsub.retry SET due_at = clock_timestamp() - interval '30 seconds'");
}
