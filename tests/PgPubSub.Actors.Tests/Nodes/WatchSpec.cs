using System.Diagnostics;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Tests.Subscriptions;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Nodes;

/// <summary>A node's eye on the others; the spec plays the database.</summary>
public sealed class WatchSpec() : TestKit("akka.loglevel = WARNING")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly NodeSighting Idle = new(Guid.NewGuid(), "other", "2024-05-06 07:08:09", KeepsLock: true, LockHeld: true, HoldsLeases: false);

    private readonly ScriptedNodes _store = new();

    [Fact]
    public async Task A_node_that_another_one_took_over_is_noticed()
    {
        var parent = Start(TimeSpan.FromMilliseconds(50));
        (await _store.Looks.NextAsync()).Answer([Idle]);
        (await _store.Looks.NextAsync()).Answer([Idle]);
        (await _store.Looks.NextAsync()).Answer([]);
        await parent.FishForMessageAsync(message => message is NodesVanished, Patience);
        (await _store.Looks.NextAsync()).Answer([]);
        await _store.Looks.NextAsync();
        Assert.DoesNotContain(parent.ReceiveWhile(TimeSpan.Zero, message => message), message => message is NodesVanished);
    }

    [Fact]
    public async Task A_node_that_held_a_lease_is_watched_closely_between_its_leases_too()
    {
        const int between = 6;
        Start(PgPubSubSettings.MostIdleWatch, new HandClock()); // the while for which it is watched closely does not end
        (await _store.Looks.NextAsync()).Answer([Idle with { HoldsLeases = true }]);
        var since = Stopwatch.GetTimestamp();
        for (var looks = 0; looks < between; looks++)
            (await _store.Looks.NextAsync()).Answer([Idle]);

        Assert.True(Stopwatch.GetElapsedTime(since) < PgPubSubSettings.MostIdleWatch * between / 2, $"{between} looks took {Stopwatch.GetElapsedTime(since)}");
    }

    [Fact]
    public async Task One_takeover_of_a_dead_node_is_under_way_at_a_time()
    {
        var dead = Idle with { LockHeld = false };
        var time = new HandClock();
        Start(TimeSpan.FromMilliseconds(50), time);
        for (var looks = 0; looks < 40; looks++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            (await _store.Looks.NextAsync()).Answer([dead]);
        }

        Assert.Equal(1, _store.TakeOvers);
    }

    private TestProbe Start(TimeSpan poll) => Start(poll, TimeProvider.System);

    private TestProbe Start(TimeSpan poll, TimeProvider time)
    {
        var parent = CreateTestProbe();
        var settings = new PgPubSubOptions { ConnectionString = "Host=none" }.Freeze() with { PollInterval = poll };
        parent.ChildActorOf(NodeActor.Props(_store, new ClaimBook(), new MarkBook(_store), new Liveness(time, settings.TimeToLive), settings, time));
        return parent;
    }

    private sealed class ScriptedNodes : INodeStore
    {
        public Calls<Guid, IReadOnlyList<NodeSighting>> Looks { get; } = new();

        public Task<IReadOnlyList<NodeSighting>> WatchAsync(Guid self, CancellationToken stop) => Looks.Add(self);

        public Task RegisterAsync(Guid node, string name, CancellationToken stop) => Task.CompletedTask;

        public Task<IReadOnlyList<Guid>?> BeatAsync(Guid node, bool keepsLock) => Task.FromResult<IReadOnlyList<Guid>?>([]);

        public int TakeOvers { get; private set; }

        public Task<bool> TakeOverAsync(NodeSighting dead)
        {
            TakeOvers++;
            return new TaskCompletionSource<bool>().Task; // behind a stranger's lock
        }

        public Task<int> ReturnOrphansAsync(Guid node, IReadOnlyList<Guid> tokens, IReadOnlyList<Guid>? unbegun = null) => Task.FromResult(0);

        public Task<IReadOnlyList<long>> MarkAsync(Guid node, IReadOnlyList<TopicMark> lows) => Task.FromResult<IReadOnlyList<long>>([.. lows.Select(_ => 0L)]);

        public Task DepartAsync(Guid node, IReadOnlyList<Guid>? unbegun = null) => Task.CompletedTask;

        public Task<PollResult> PollAsync(PollRequest request, CancellationToken stop) => Task.FromResult(new PollResult([], [], [], []));

        public Task<bool> TakeDutyAsync(string duty, Guid node) => Task.FromResult(false);
    }
}
