using System.Collections.Concurrent;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Postgres.Tests.Leases;

/// <summary>R3 and R4: every offset is claimed, by one node at a time.</summary>
public sealed class ClaimSpec : StoreSpec
{
    [Fact]
    public async Task Many_claimers_get_every_offset_exactly_once_while_it_is_published()
    {
        const int Count = 3_000;
        var topic = await TopicAsync();
        var group = await GroupAsync(topic);
        var claimed = new ConcurrentBag<long>();
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var publishing = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var i = 0; i < Count / 4 / 25; i++)
                await AppendAsync(topic, 25);
        }));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var store = i % 2 == 0 ? Store : Open();
            var node = await NodeAsync(store);
            while (claimed.Count < Count)
            {
                late.Token.ThrowIfCancellationRequested();
                var page = await store.ClaimAsync(group, node, most: 7 + i);
                Assert.Equal(page.Events.Select(e => e.Offset), Enumerable.Range(0, (int)(page.Hi - page.Lo)).Select(n => page.Lo + n));
                foreach (var e in page.Events)
                    claimed.Add(e.Offset);
            }
        }));

        await publishing;
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), claimed.Order());
    }

    [Fact]
    public async Task A_claim_takes_no_more_than_it_asks_for()
    {
        var (group, node) = await WithEventsAsync(10);

        var page = await Store.ClaimAsync(group, node, most: 3);

        Assert.Equal((0, 3, 3), (page.Lo, page.Hi, page.Events.Count));
    }

    [Fact]
    public async Task A_claim_takes_no_more_bytes_than_it_asks_for()
    {
        var topic = await TopicAsync();
        await Store.Log.AppendAsync(topic, 0, Events.ManyBytes(10, 100));
        var group = await GroupAsync(topic);

        var page = await Store.Deliveries.ClaimAsync(Claims.Of(group, await NodeAsync(), bytes: 350));

        Assert.Equal(3, page.Events.Count);
    }

    [Fact]
    public async Task A_first_event_that_is_larger_than_the_bytes_asked_for_comes_alone()
    {
        var topic = await TopicAsync();
        await Store.Log.AppendAsync(topic, 0, Events.ManyBytes(3, 100));
        var group = await GroupAsync(topic);

        var page = await Store.Deliveries.ClaimAsync(Claims.Of(group, await NodeAsync(), bytes: 50));

        Assert.Equal(0, Assert.Single(page.Events).Offset);
    }

    [Fact]
    public async Task Where_nothing_is_to_claim_the_page_is_empty_and_nothing_is_written()
    {
        var (group, node) = await WithEventsAsync(1);
        await Store.ClaimAsync(group, node);

        var page = await Store.ClaimAsync(group, node);

        Assert.True(page.IsEmpty);
        Assert.Equal(1, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.lease"));
        Assert.Equal(1, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.cursor"));
    }

    [Fact]
    public async Task Groups_of_a_topic_each_get_everything()
    {
        var (group, node) = await WithEventsAsync(5);
        var other = await GroupAsync(group.Topic, "shipping");

        Assert.Equal(5, (await Store.ClaimAsync(group, node)).Events.Count);
        Assert.Equal(5, (await Store.ClaimAsync(other, node)).Events.Count);
    }

    [Fact]
    public async Task The_outcome_of_a_claim_whose_answer_was_lost_is_found_by_its_token()
    {
        var (group, node) = await WithEventsAsync(5);
        var asked = Claims.Of(group, node, most: 3);
        var page = await Store.Deliveries.ClaimAsync(asked);

        var found = await Store.Deliveries.FindClaimAsync(asked);

        Assert.Equal((page.Generation, page.Lo, page.Hi, page.Token), (found!.Generation, found.Lo, found.Hi, found.Token));
        Assert.Equal(page.Events.Select(e => e.Id), found.Events.Select(e => e.Id));
        Assert.Null(await Store.Deliveries.FindClaimAsync(Claims.Of(group, node)));
    }

    [Fact]
    public async Task A_claim_that_last_saw_an_older_generation_gets_the_events_of_the_new_one()
    {
        var (group, node) = await WithEventsAsync(5);
        await Store.ClaimAsync(group, node);
        await Store.Subscriptions.SeekAsync(group, StartFrom.Offset(1));

        var page = await Store.ClaimAsync(group, node, generation: 1);

        Assert.Equal((2, 1, 4), (page.Generation, page.Lo, page.Events.Count));
    }

    [Fact]
    public async Task A_node_that_is_not_registered_gets_nothing()
    {
        var (group, _) = await WithEventsAsync(5);

        var refused = await Assert.ThrowsAsync<StoreException>(() => Store.ClaimAsync(group, Guid.CreateVersion7()));

        Assert.Equal(FaultKind.Gone, refused.Kind);
        Assert.Equal(0, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.lease"));
    }

    [Fact]
    public async Task A_group_that_is_not_there_is_told_as_gone()
    {
        var (group, node) = await WithEventsAsync(1);

        var refused = await Assert.ThrowsAsync<StoreException>(() => Store.ClaimAsync(group with { Subscription = 9_999 }, node));

        Assert.Equal(FaultKind.Gone, refused.Kind);
    }

    [Fact]
    public async Task A_jump_over_trimmed_history_is_told()
    {
        var (group, node) = await WithEventsAsync(5);
        await Direct.RunAsync("""DELETE FROM pgpubsub.event WHERE "offset" < 3""");

        var page = await Store.ClaimAsync(group, node);

        Assert.Equal((0, 3, 5), (page.From, page.Lo, page.Hi));
    }

    private async Task<(GroupKey Group, Guid Node)> WithEventsAsync(int count)
    {
        var topic = await TopicAsync();
        await AppendAsync(topic, count);
        return (await GroupAsync(topic), await NodeAsync());
    }
}
