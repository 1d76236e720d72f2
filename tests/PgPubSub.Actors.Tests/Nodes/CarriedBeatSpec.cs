using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Nodes;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Nodes;

/// <summary>The node's regular beat goes with its poll, or by itself where that can't be; the spec plays the database, the clock and the hub between the two.</summary>
public sealed class CarriedBeatSpec : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Instant = TimeSpan.FromMilliseconds(1);
    private static readonly StoreException Away = new(FaultKind.Transient, "it is down");

    private readonly PgPubSubSettings _settings = new PgPubSubOptions { ConnectionString = "Host=none" }.Freeze() with { PollInterval = TimeSpan.FromHours(1) };
    private readonly HandClock _clock = new();
    private readonly ScriptedBeats _store = new();
    private readonly ClaimBook _claims = new();
    private readonly Liveness _liveness;
    private readonly TestProbe _hub;
    private IActorRef _poll = ActorRefs.Nobody, _node = ActorRefs.Nobody;

    public CarriedBeatSpec()
        : base("""akka { loglevel = ERROR, scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" }""")
    {
        _liveness = new Liveness(_clock, _settings.TimeToLive);
        _hub = CreateTestProbe();
    }

    [Fact]
    public async Task A_regular_beat_goes_with_the_poll_and_its_answer_counts()
    {
        var (mine, nobodys) = (Guid.NewGuid(), Guid.NewGuid());
        _claims.Add(mine);
        var node = await StartAsync();

        await PassAsync(_settings.BeatInterval);
        var poll = await _store.Polls.NextAsync();
        Assert.Equal((node, false, 1), (poll.Request.Node, poll.Request.KeepsLock, poll.Request.Topics.Count));
        poll.Answer(Told([mine, nobodys]));
        await WellAsync();
        await PassAsync(_settings.BeatInterval);
        (await _store.Polls.NextAsync()).Answer(Told([mine, nobodys]));
        await WellAsync();

        Assert.Equal([nobodys], await _store.NextReturnedAsync());
        AssertAliveUntil(_settings.BeatInterval * 2);
        Assert.Equal(0, _store.Beats.Waiting);
    }

    [Fact]
    public async Task Where_the_poll_hangs_the_beat_goes_by_itself()
    {
        var node = await StartAsync();
        await PassAsync(_settings.BeatInterval);
        await _store.Polls.NextAsync();
        await PassAsync(PollActor.Patience - Instant);
        Assert.Equal(0, _store.Beats.Waiting);

        await PassAsync(Instant);
        var beat = await _store.Beats.NextAsync();
        Assert.Equal(node, beat.Request);
        beat.Answer([]);
        await WellAsync();

        // While that poll hangs it takes no other beat along, and none waits for it.
        await PassAsync(_settings.BeatInterval - PollActor.Patience);
        (await _store.Beats.NextAsync()).Answer([]);
        await WellAsync();
        AssertAliveUntil(_settings.BeatInterval * 2);
    }

    [Fact]
    public async Task A_node_that_loses_its_lock_says_so_at_once_though_its_poll_hangs()
    {
        var node = await StartAsync();
        await PassAsync(_settings.BeatInterval);
        await _store.Polls.NextAsync();

        _node.Tell(new PresenceChanged(false));

        Assert.Equal(node, (await _store.Beats.NextAsync()).Request);
    }

    [Fact]
    public async Task Where_the_poll_fails_the_beat_goes_by_itself_at_once()
    {
        var node = await StartAsync();
        await PassAsync(_settings.BeatInterval);
        (await _store.Polls.NextAsync()).Fail(Away);

        var beat = await _store.Beats.NextAsync();
        Assert.Equal(node, beat.Request);
        beat.Answer([]);
        await WellAsync();

        AssertAliveUntil(_settings.BeatInterval);
    }

    [Fact]
    public async Task A_poll_that_finds_the_nodes_row_gone_makes_it_register_anew()
    {
        var before = await StartAsync();
        await PassAsync(_settings.BeatInterval);
        (await _store.Polls.NextAsync()).Answer(Told(null));

        Assert.Null((await _hub.FishForMessageAsync<NodeBecame>(_ => true, Patience)).Node);
        var after = await _store.NextRegisteredAsync();
        Assert.NotEqual(before, after);
        Assert.Equal(after, (await _hub.FishForMessageAsync<NodeBecame>(_ => true, Patience)).Node);
        await PassAsync(_settings.BeatInterval);
        Assert.Equal(after, (await _store.Polls.NextAsync()).Request.Node);
    }

    [Fact]
    public async Task After_a_beat_that_failed_the_next_goes_by_itself_and_the_one_after_that_with_the_poll()
    {
        await StartAsync();
        await PassAsync(_settings.BeatInterval);
        (await _store.Polls.NextAsync()).Fail(Away);
        (await _store.Beats.NextAsync()).Fail(Away);
        await _hub.FishForMessageAsync<HealthChanged>(m => m.Problem is not null, Patience);

        await PassAsync(TimeSpan.FromSeconds(1));
        (await _store.Beats.NextAsync()).Answer([]);
        await WellAsync();
        Assert.Equal(0, _store.Polls.Waiting);

        await PassAsync(_settings.BeatInterval);
        Assert.False((await _store.Polls.NextAsync()).Request.KeepsLock);
    }

    [Fact]
    public async Task A_node_that_polls_show_dead_is_taken_over_without_a_look()
    {
        var dead = new NodeSighting(Guid.NewGuid(), "other", "2024-05-06 07:08:09", KeepsLock: true, LockHeld: false, HoldsLeases: false);
        await StartAsync();
        for (var passed = TimeSpan.Zero; passed <= PgPubSubSettings.Settling; passed += TimeSpan.FromSeconds(1))
        {
            Assert.Equal(0, _store.TakeOvers);
            _node.Tell(new OthersSeen([dead], AfterOutage: false));
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(dead, await _store.NextTakeOverAsync());
        Assert.Equal(0, _store.Looks);
    }

    private async Task<Guid> StartAsync()
    {
        _hub.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            if (message is CarryBeat or NodeBecame)
                _poll.Tell(message, sender);
            return AutoPilot.KeepRunning;
        }));
        _poll = _hub.ChildActorOf(PollActor.Props(_store, _settings.PollInterval));
        _poll.Tell(new PollFor(new PollRequest([new TopicId(1)], [], [])));
        _node = _hub.ChildActorOf(NodeActor.Props(_store, _claims, new MarkBook(_store), _liveness, _settings, _clock));
        var became = await _hub.FishForMessageAsync<NodeBecame>(_ => true, Patience);
        await WellAsync();
        Assert.Equal(await _store.NextRegisteredAsync(), became.Node);
        return became.Node!.Value;
    }

    private async Task PassAsync(TimeSpan time)
    {
        await SettleAsync();
        _clock.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
        await SettleAsync();
    }

    // All that was sent before is handled, and what came of it, from one to the other.
    private async Task SettleAsync()
    {
        foreach (var actor in new[] { _node, _hub.Ref, _poll, _hub.Ref, _node })
            await actor.Ask<ActorIdentity>(new Identify(null), Patience);
    }

    private async Task WellAsync()
    {
        await _hub.FishForMessageAsync<HealthChanged>(m => m.Problem is null, Patience);
        await SettleAsync();
    }

    // A beat counts from when it was sent.
    private void AssertAliveUntil(TimeSpan sent)
    {
        var rest = sent + _settings.TimeToLive - TimeSpan.FromTicks(_clock.GetTimestamp());
        _clock.Advance(rest - Instant);
        Assert.True(_liveness.IsAlive, "the beat was not counted");
        _clock.Advance(Instant);
        Assert.False(_liveness.IsAlive, "it counted for longer than from when it was sent");
    }

    private static PollResult Told(IReadOnlyList<Guid>? tokens) => new([], [], [], []) { Beat = new PolledBeat(tokens) };
}
