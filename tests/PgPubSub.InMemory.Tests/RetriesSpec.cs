using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Tests;

/// <summary>What the store's clock decides.</summary>
public sealed class RetriesSpec : InMemorySpec
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_retry_is_due_by_the_stores_clock_and_the_longest_due_comes_first()
    {
        var (group, node) = await WithEventsAsync(3);
        await SettleAsync(group, node, await ClaimAsync(group, node), Nack(0, 3 * Minute), Nack(1, Minute), Nack(2, 2 * Minute));

        Clock.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.True((await ClaimRetriesAsync(group, node)).IsEmpty);
        Assert.Empty((await PollAsync(group)).RetriesDue);

        Clock.Advance(2 * Minute);
        Assert.Equal([1L, 2L], (await ClaimRetriesAsync(group, node)).Retries.Select(r => r.Event.Offset));
    }

    [Fact]
    public async Task After_the_clock_was_set_back_a_retry_waits_no_longer_than_it_was_to_at_first()
    {
        var (group, node) = await WithEventsAsync(3);
        var page = await ClaimAsync(group, node);
        Clock.Advance(60 * Minute);
        await SettleAsync(group, node, page, Nack(0), Nack(1, Minute), Nack(2, 90 * Minute));

        Clock.Advance(-60 * Minute);
        Assert.Equal([0L], (await ClaimRetriesAsync(group, node)).Retries.Select(r => r.Event.Offset));
        Assert.Empty((await PollAsync(group)).RetriesDue);

        Clock.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.True((await ClaimRetriesAsync(group, node)).IsEmpty);
        Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([1L], (await ClaimRetriesAsync(group, node)).Retries.Select(r => r.Event.Offset));

        Clock.Advance((89 * Minute) - TimeSpan.FromTicks(1));
        Assert.True((await ClaimRetriesAsync(group, node)).IsEmpty);
        Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([2L], (await ClaimRetriesAsync(group, node)).Retries.Select(r => r.Event.Offset));
    }

    [Fact]
    public async Task A_retry_that_is_nacked_again_waits_from_then_on_however_the_clock_stood()
    {
        var (group, node) = await WithEventsAsync(1);
        Clock.Advance(60 * Minute);
        await SettleAsync(group, node, await ClaimAsync(group, node), Nack(0));
        Clock.Advance(-60 * Minute);
        var retry = (await ClaimRetriesAsync(group, node)).Retries.Single();

        Clock.Advance(60 * Minute);
        await Store.Deliveries.SettleAsync(group, node, [], [new RetrySettlement(0, retry.Token, Nack(0, Minute) with { Attempts = 2 })]);
        Clock.Advance(-60 * Minute);

        Assert.True((await ClaimRetriesAsync(group, node)).IsEmpty);
        Clock.Advance(Minute);
        Assert.Equal(2, (await ClaimRetriesAsync(group, node)).Retries.Single().Attempts);
    }

    [Fact]
    public async Task After_its_second_death_a_message_waits_and_longer_after_each()
    {
        var (group, node) = await WithEventsAsync(1, new GroupRules(Minute, new RetryRules(0, Minute, 4, 5 * Minute)));
        await ClaimAsync(group, node);
        foreach (var wait in new[] { TimeSpan.Zero, Minute, 4 * Minute, 5 * Minute })
        {
            await DieAsync(node);
            node = await NodeAsync();
            Clock.Advance(wait - TimeSpan.FromTicks(wait > TimeSpan.Zero ? 1 : 0));
            Assert.Equal(wait == TimeSpan.Zero, (await PollAsync(group)).RetriesDue.Count == 1);
            Clock.Advance(TimeSpan.FromTicks(1));
            Assert.Equal(1, await ClaimAnyAsync(group, node));
        }
    }

    [Fact]
    public async Task A_claim_of_retries_that_is_sent_again_gets_what_it_got_and_no_more()
    {
        var (group, node) = await WithEventsAsync(3);
        await SettleAsync(group, node, await ClaimAsync(group, node), Nack(0), Nack(1), Nack(2));
        var token = Guid.CreateVersion7();
        await Store.Deliveries.ClaimRetriesAsync(group, node, token, 2, suspects: false);

        var again = await Store.Deliveries.ClaimRetriesAsync(group, node, token, 2, suspects: false);

        Assert.Equal([0L, 1L], again.Retries.Select(r => r.Event.Offset));
    }

    [Fact]
    public async Task What_is_redriven_is_due_at_once_in_the_order_of_its_offsets_though_the_clock_stands_still()
    {
        var (group, node) = await WithEventsAsync(20);
        await SettleAsync(group, node, await ClaimAsync(group, node), [.. Enumerable.Range(0, 20).Reverse().Select(i => Nack(i) with { Bury = true })]);

        await Store.DeadLetters.RedriveAsync(new DeadLetterFilter(group.Topic), 0, 1_000);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), (await ClaimRetriesAsync(group, node)).Retries.Select(r => r.Event.Offset));
    }

    [Fact]
    public async Task A_dead_letter_that_was_replaced_died_last()
    {
        var (group, node) = await WithEventsAsync(2);
        await SettleAsync(group, node, await ClaimAsync(group, node), Nack(0) with { Bury = true }, Nack(1) with { Bury = true });
        await Store.Subscriptions.SeekAsync(group, StartFrom.Earliest);
        await SettleAsync(group, node, await ClaimAsync(group, node, most: 1), Nack(0) with { Bury = true, Attempts = 9 });

        var dead = await Store.DeadLetters.ListDeadLettersAsync(new DeadLetterFilter(group.Topic), 0, 10, long.MaxValue, CancellationToken.None);

        Assert.Equal([(1L, 1), (0L, 9)], dead.Select(d => (d.Event.Offset, d.Attempts)));
    }

    [Fact]
    public async Task A_node_that_beats_is_seen_later_though_the_clock_stands_still()
    {
        var (node, other) = (await NodeAsync(), await NodeAsync());
        var seen = (await Store.Nodes.WatchAsync(other, CancellationToken.None)).Single();
        await Store.Nodes.BeatAsync(node, keepsLock: true);

        Assert.False(await Store.Nodes.TakeOverAsync(seen));
        Assert.True(string.CompareOrdinal((await Store.Nodes.WatchAsync(other, CancellationToken.None)).Single().SeenAt, seen.SeenAt) > 0);
    }

    private static Failure Nack(long offset, TimeSpan delay = default) => new(offset, 1, delay, "it failed", Bury: false);

    private async Task<(GroupKey Group, Guid Node)> WithEventsAsync(int count, GroupRules? rules = null)
    {
        var topic = await TopicAsync(retention: Retention.Forever);
        await Store.Log.AppendAsync(topic, 0, Events.Many(count));
        return (await GroupAsync(topic, rules), await NodeAsync());
    }

    private async Task DieAsync(Guid node) =>
        Assert.True(await Store.Nodes.TakeOverAsync((await Store.Nodes.WatchAsync(Guid.Empty, CancellationToken.None)).Single(n => n.Id == node)));

    private async Task<int> ClaimAnyAsync(GroupKey group, Guid node) =>
        (await ClaimRetriesAsync(group, node)).Retries.Count
        + (await Store.Deliveries.ClaimRetriesAsync(group, node, Guid.CreateVersion7(), 1, suspects: true)).Retries.Count;

    private Task<PollResult> PollAsync(GroupKey group) => Store.Nodes.PollAsync(new PollRequest([], [group], []), CancellationToken.None);
}
