using System.Text;
using Npgsql;
using PgPubSub.Cli.Consuming;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Tests.Consuming;

/// <summary>A member in a spec's own hands: what no process can be brought to at will.</summary>
public sealed class MemberSpec : CliSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_group_that_can_t_be_read_for_a_moment_does_not_end_it()
    {
        var topic = await TopicAsync();
        var state = await Store.Subscriptions.EnsureGroupAsync(topic, "billing", StartFrom.Earliest, GroupRules.Default, change: true, CancellationToken.None);
        var (groups, handed) = (new FlakyGroups(Store.Subscriptions), new Consumer());
        await using var node = new MemberNode(Store.Nodes, Store.Wakeups, state.Key, "flaky", _ => { });
        node.Start();
        var running = new GroupMember(Store.Deliveries, groups, node, state, handed, _ => { }).RunAsync(new ConsumeLimits(Follow: true, Events: 1, Batch: 10), CancellationToken.None);

        await Store.Subscriptions.PauseAsync(state.Key, paused: true);
        await groups.Failed.WaitAsync(Patience);
        await Store.Subscriptions.PauseAsync(state.Key, paused: false);
        await Store.Log.AppendAsync(topic, 0, [new NewEvent(Guid.CreateVersion7(), "t", null, Encoding.UTF8.GetBytes("1"), null, null)]);

        await running.WaitAsync(Patience);
        Assert.Equal([0], handed.Offsets);
    }

    [Fact]
    public async Task One_that_others_took_for_dead_hands_nothing_out_also_while_its_session_ends_slowly()
    {
        var group = await GroupAsync(await TopicAsync());
        var line = new SlowLine();
        await using var node = new MemberNode(Store.Nodes, line, group, "slow", _ => { });
        node.Start();
        var id = await node.IdAsync(CancellationToken.None);

        await SqlAsync($"DELETE FROM {Schema}.node");
        await line.Ending.WaitAsync(Patience);
        var alive = node.IsAlive(id);
        line.End();

        Assert.False(alive);
    }

    [Fact]
    public async Task Its_beats_go_on_while_its_poll_hangs_behind_a_table_lock()
    {
        var group = await GroupAsync(await TopicAsync(events: 1));
        await using var stranger = new NpgsqlConnection(Server);
        await stranger.OpenAsync();
        await using var locked = await stranger.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"LOCK TABLE {Schema}.event IN ACCESS EXCLUSIVE MODE", stranger, locked))
            await command.ExecuteNonQueryAsync();
        await using var node = new MemberNode(Store.Nodes, Store.Wakeups, group, "stuck", _ => { });
        node.Start();
        var id = await node.IdAsync(CancellationToken.None);
        await UntilAsync($"SELECT count(*) > 0 FROM pg_locks WHERE relation = '{Schema}.event'::regclass AND NOT granted");

        await UntilAsync($"SELECT keeps_lock FROM {Schema}.node"); // a beat at once says so
        await UntilAsync($"SELECT seen_at > '{await SqlAsync($"SELECT to_char(seen_at, 'YYYY-MM-DD HH24:MI:SS.US TZH') FROM {Schema}.node")}' FROM {Schema}.node");

        Assert.True(node.IsAlive(id));
        await locked.RollbackAsync();
    }

    private sealed class Consumer : IConsumer
    {
        public List<long> Offsets { get; } = [];

        public void Take(StoredEvent stored, int attempt) => Offsets.Add(stored.Offset);

        public void Flush() { }
    }

    private sealed class FlakyGroups(ISubscriptionStore store) : ForwardingSubscriptions(store)
    {
        private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Failed => _failed.Task;

        public override Task<GroupState?> ReadGroupAsync(GroupKey group, CancellationToken stop) =>
            _failed.TrySetResult() ? throw new StoreException(FaultKind.Transient, "away") : Inner.ReadGroupAsync(group, stop);
    }

    private sealed class SlowLine : IWakeupStore, IWakeupLine
    {
        private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously), _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ending => _ending.Task;

        public bool KeepsLock => false;

        public void End() => _end.TrySetResult();

        public Task NotifyAsync(IReadOnlyList<TopicTail> tails) => Task.CompletedTask;

        public Task<IWakeupLine?> OpenAsync(Guid node, CancellationToken stop) => Task.FromResult<IWakeupLine?>(this);

        public async Task<IReadOnlyList<TopicTail>> WaitAsync(TimeSpan patience, CancellationToken stop)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return [];
        }

        public async ValueTask DisposeAsync()
        {
            _ending.TrySetResult();
            await _end.Task;
        }
    }
}
