using PgPubSub.Core.Stores;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Tests;

public sealed class WakeupsSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TopicTail Hint = new(new TopicId(3), 7);

    private readonly InMemoryStore _store = new();
    private readonly Guid _node = Guid.CreateVersion7();

    [Fact]
    public async Task A_hint_ends_a_wait_at_every_node_and_is_told_once()
    {
        await using var line = await OpenAsync(_node);
        await using var other = await OpenAsync(Guid.CreateVersion7());
        var waiting = line.WaitAsync(Patience, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        await _store.Wakeups.NotifyAsync([Hint]);

        Assert.Equal([Hint], await waiting);
        Assert.Equal([Hint], await other.WaitAsync(Patience, CancellationToken.None));
        Assert.Empty(await other.WaitAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None));
    }

    [Fact]
    public async Task A_wait_that_is_given_up_loses_no_hint()
    {
        await using var line = await OpenAsync(_node);
        using var stop = new CancellationTokenSource();
        var waiting = line.WaitAsync(Patience, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await _store.Wakeups.NotifyAsync([Hint]);

        Assert.Equal([Hint], await line.WaitAsync(Patience, CancellationToken.None));
    }

    [Fact]
    public async Task A_line_that_is_closed_says_so_and_hears_nothing_more()
    {
        var line = await OpenAsync(_node);
        var waiting = line.WaitAsync(Patience, CancellationToken.None);

        await line.DisposeAsync();
        await line.DisposeAsync();

        Assert.Equal(FaultKind.Transient, (await Assert.ThrowsAsync<StoreException>(() => waiting)).Kind);
        await _store.Wakeups.NotifyAsync([Hint]);
    }

    [Fact]
    public async Task A_nodes_lock_is_held_by_its_first_line_and_for_as_long_as_that_is_open()
    {
        await _store.Nodes.RegisterAsync(_node, "a node", CancellationToken.None);
        var first = await OpenAsync(_node);
        await using var second = await OpenAsync(_node);
        Assert.Equal((true, false, true), (first.KeepsLock, second.KeepsLock, await IsHeldAsync()));

        await first.DisposeAsync();

        Assert.False(await IsHeldAsync());
    }

    [Fact]
    public async Task A_node_that_says_that_it_keeps_its_lock_is_believed_while_its_line_is_open()
    {
        await _store.Nodes.RegisterAsync(_node, "a node", CancellationToken.None);
        Assert.False(await IsBelievedAsync());

        await using (await _store.Wakeups.OpenAsync(_node, CancellationToken.None))
            Assert.True(await IsBelievedAsync());

        Assert.False(await IsBelievedAsync());
    }

    private async Task<bool> IsBelievedAsync()
    {
        await _store.Nodes.BeatAsync(_node, keepsLock: true);
        return (await _store.Nodes.WatchAsync(Guid.Empty, CancellationToken.None)).Single().KeepsLock;
    }

    private async Task<bool> IsHeldAsync() => (await _store.Nodes.WatchAsync(Guid.Empty, CancellationToken.None)).Single().LockHeld;

    private async Task<IWakeupLine> OpenAsync(Guid node) => (await _store.Wakeups.OpenAsync(node, CancellationToken.None))!;
}
