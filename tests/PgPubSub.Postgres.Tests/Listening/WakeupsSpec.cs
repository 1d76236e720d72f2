using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Tests.Listening;

/// <summary>Hints between nodes: sent after the commit, on a connection of their own.</summary>
public sealed class WakeupsSpec : StoreSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private IWakeupLine _line = null!;
    private Guid _node;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _node = await NodeAsync();
        _line = Keep(await ListenAsync(Open(), _node));
    }

    [Fact]
    public async Task A_hint_arrives()
    {
        var waiting = _line.WaitAsync(Patience, CancellationToken.None);

        await Store.Wakeups.NotifyAsync([new TopicTail(new TopicId(3), 7), new TopicTail(new TopicId(4), 1)]);

        Assert.Equal([new TopicTail(new TopicId(3), 7), new TopicTail(new TopicId(4), 1)], await waiting);
    }

    [Fact]
    public async Task Thousands_of_topics_arrive_all()
    {
        var tails = Enumerable.Range(1, 3_000).Select(i => new TopicTail(new TopicId(i), i * 1_000_000_000L)).ToList();
        await Store.Wakeups.NotifyAsync(tails);

        var arrived = new List<TopicTail>();
        while (arrived.Count < tails.Count)
            arrived.AddRange(await _line.WaitAsync(Patience, CancellationToken.None));

        Assert.Equal(tails, arrived);
    }

    [Fact]
    public async Task Silence_is_probed_and_a_probe_that_comes_back_tells_nothing() =>
        Assert.Empty(await _line.WaitAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None));

    [Fact]
    public async Task A_foreign_payload_tells_nothing()
    {
        await Direct.RunAsync($"SELECT pg_notify('{Schema}_wake', 'hello world')");

        Assert.Empty(await _line.WaitAsync(Patience, CancellationToken.None));
    }

    [Fact]
    public async Task Another_schema_is_not_heard()
    {
        await Direct.RunAsync("SELECT pg_notify('pgpubsub_wake', '1:1')".Replace("pgpubsub", Schema[..^1], StringComparison.Ordinal));

        Assert.Empty(await _line.WaitAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None));
    }

    [Fact]
    public async Task A_publishers_commit_carries_no_notification_and_waits_for_none()
    {
        var topic = await TopicAsync();
        // Whoever notifies inside a transaction takes this lock until its commit is over (PostgreSQL, async.c: "database 0").
        await using var other = await Direct.OpenAsync();
        await Direct.RunAsync(other, "BEGIN; NOTIFY somewhere");

        await AppendAsync(topic, 3);
        await Direct.RunAsync(other, "ROLLBACK");

        Assert.Empty(await _line.WaitAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None));
        await Store.Wakeups.NotifyAsync([new TopicTail(topic, 3)]);
        Assert.Equal([new TopicTail(topic, 3)], await _line.WaitAsync(Patience, CancellationToken.None));
    }

    [Fact]
    public async Task A_line_whose_session_is_ended_says_so()
    {
        var waiting = _line.WaitAsync(Patience, CancellationToken.None);
        await Direct.RunAsync($"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND ((classid::bigint << 32) | objid::bigint) = pgpubsub.presence_key_v1('{_node}')");

        Assert.Equal(FaultKind.Transient, (await Assert.ThrowsAsync<StoreException>(() => waiting)).Kind);
    }

    [Fact]
    public async Task A_wait_can_be_given_up_and_taken_up_again()
    {
        using var stop = new CancellationTokenSource();
        var waiting = _line.WaitAsync(Patience, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await Store.Wakeups.NotifyAsync([new TopicTail(new TopicId(3), 7)]);
        Assert.Equal([new TopicTail(new TopicId(3), 7)], await _line.WaitAsync(Patience, CancellationToken.None));
    }

    [Fact]
    public async Task Only_one_line_holds_a_nodes_lock()
    {
        await using var second = await ListenAsync(Store, _node);

        Assert.True(_line.KeepsLock);
        Assert.False(second.KeepsLock);
    }
}
