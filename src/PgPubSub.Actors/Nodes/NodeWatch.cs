using Akka.Actor;
using Akka.Event;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;

namespace PgPubSub.Actors.Nodes;

/// <summary>A node's eye on the others: it looks at them now and then, closely while they work, and takes over what the dead have left.</summary>
internal sealed class NodeWatch(
    INodeStore store, PgPubSubSettings settings, MachineClock clock, ITimerScheduler timers, ILoggingAdapter logger, IActorRef self, IActorRef hub, CancellationToken stop)
{
    private const string Key = "watch";

    private readonly NodeJudge _judge = new(settings.TimeToLive, PgPubSubSettings.Grace, PgPubSubSettings.Settling);
    private readonly HashSet<Guid> _takingOver = [];
    private HashSet<Guid> _sighted = [];
    private TimeSpan _closelyUntil;
    private bool _looking;

    public void Start() => timers.StartSingleTimer(Key, Watch.Instance, settings.IdleWatchInterval);

    /// <summary>Looks, for a node; for none, where this one is not registered or leaves, later. Answered with <see cref="Looked"/> or <see cref="LookFailed"/>.</summary>
    public void Look(Guid? node)
    {
        if (_looking)
            return;
        if (node is not { } looking)
        {
            Start();
            return;
        }

        _looking = true;
        store.WatchAsync(looking, stop).Pipe(self, sightings => new Looked(sightings), (_, _) => LookFailed.Instance);
    }

    public void Take(Looked looked)
    {
        _looking = false;
        Judge(looked.Sightings);
        LookAgain(settings.IdleWatchInterval);
    }

    public void Failed()
    {
        _looking = false;
        _judge.Blink();
        LookAgain(settings.IdleWatchInterval);
    }

    /// <summary>This node's own session was lost: whoever holds a lock was not seen for a while.</summary>
    public void Blink() => _judge.Blink();

    /// <summary>The poll has seen the others, which is as good as a look.</summary>
    public void See(OthersSeen seen, Guid node)
    {
        if (seen.AfterOutage)
            _judge.Blink();
        Judge([.. seen.Others.Where(other => other.Id != node)]); // a poll that was sent under an earlier id sees this one as another
        if (!_looking)
            LookAgain(PgPubSubSettings.MostIdleWatch);
    }

    /// <summary>Groups that are served here have work: while other nodes do, a death should be seen soon.</summary>
    public void LookClosely()
    {
        var idle = clock.Now >= _closelyUntil;
        _closelyUntil = clock.Now + PgPubSubSettings.Settling;
        if (idle)
            timers.StartSingleTimer(Key, Watch.Instance, PgPubSubSettings.WatchInterval);
    }

    public void Take(TakenOver taken)
    {
        _takingOver.Remove(taken.Dead.Id);
        if (!taken.Won)
            return;
        settings.Telemetry.TookOver();
        logger.Warning("Node {0} ({1}) is dead; its messages go to others", taken.Dead.Id, taken.Dead.Name);
        hub.Tell(new TookOver(taken.Dead.Name));
    }

    private void Judge(IReadOnlyList<NodeSighting> sightings)
    {
        foreach (var dead in _judge.Look(sightings, clock.Now).Where(node => _takingOver.Add(node.Id)))
            store.TakeOverAsync(dead).Pipe(self, won => new TakenOver(dead, won), (_, _) => new TakenOver(dead, Won: false));
        // A node that was there and is gone was taken over by another node, or left: what it held are retries now.
        var vanished = _sighted.Except(sightings.Select(s => s.Id)).Any();
        _sighted = [.. sightings.Select(s => s.Id)];
        if (vanished)
            hub.Tell(NodesVanished.Instance);
        if (sightings.Any(s => s.HoldsLeases))
            _closelyUntil = clock.Now + PgPubSubSettings.Settling; // between two leases it works too
    }

    private void LookAgain(TimeSpan idle) => timers.StartSingleTimer(Key, Watch.Instance, clock.Now < _closelyUntil ? PgPubSubSettings.WatchInterval : idle);

    /// <summary>It is time to look.</summary>
    internal sealed record Watch
    {
        public static readonly Watch Instance = new();
    }

    internal sealed record Looked(IReadOnlyList<NodeSighting> Sightings);

    internal sealed record LookFailed
    {
        public static readonly LookFailed Instance = new();
    }

    internal sealed record TakenOver(NodeSighting Dead, bool Won);
}
