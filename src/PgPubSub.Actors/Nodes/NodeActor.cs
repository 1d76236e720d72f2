using Akka.Actor;
using Akka.Event;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;

namespace PgPubSub.Actors.Nodes;

/// <summary>This node's life: performs what its machine decides. What it sees of the others is its <see cref="NodeWatch"/>'s.</summary>
internal sealed class NodeActor : ReceiveActor, IWithTimers
{
    private const string BeatKey = "beat";

    private readonly INodeStore _store;
    private readonly ClaimBook _book;
    private readonly Liveness _liveness;
    private readonly MarkBook _marks;
    private readonly OrphanWatch _orphans = new();
    private readonly PgPubSubSettings _settings;
    private readonly NodeMachine _machine;
    private readonly MachineClock _clock;
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly CancellationTokenSource _stop = new();
    private TickTimer _timer = null!;
    private NodeWatch _watch = null!;
    private CarryBeat? _carried;
    private bool _marking, _keepsLock, _leaving, _regular, _failing;

    public NodeActor(INodeStore store, ClaimBook book, MarkBook marks, Liveness liveness, PgPubSubSettings settings, TimeProvider time)
    {
        (_store, _book, _marks, _liveness, _settings, _clock) = (store, book, marks, liveness, settings, new MachineClock(time));
        _machine = new NodeMachine(settings.BeatInterval, settings.TimeToLive);
        Receive<TickTimer.Tick>(_ =>
        {
            _timer.Rang();
            _regular = !_failing;
            Step(() => _machine.Tick(_clock.Now));
            _regular = false;
        });
        Receive<BeatCarried>(m =>
        {
            if (ReferenceEquals(m.Beat, _carried))
                Carried(m);
        });
        Receive<Registered>(m => Step(() =>
        {
            _machine.Registered(m.Node, _clock.Now);
            Live();
            Mark(m.Node);
        }));
        Receive<RegisterFailed>(m => Step(() => _machine.RegisterFailed(_clock.Now), m.Why));
        Receive<Beaten>(m =>
        {
            _failing = false;
            Context.Parent.Tell(new HealthChanged(null));
            var known = _book.Known(m.Tokens ?? []);
            _orphans.Seen(m.Tokens?.Count > known.Count);
            Step(() =>
            {
                _machine.Beaten(m.Tokens, known, _clock.Now);
                if (m.Tokens is null || _machine.Id is not { } node)
                    return;
                Live();
                Mark(node);
            });
        });
        Receive<BeatFailed>(m =>
        {
            _failing = true;
            _orphans.Failed();
            Step(() => _machine.BeatFailed(_clock.Now), m.Why);
        });
        Receive<FindOrphans>(_ =>
        {
            _orphans.Add(Sender);
            Step(() => _machine.BeatAtOnce(_clock.Now));
        });
        Receive<PresenceChanged>(Presence);
        Receive<NodeWatch.Watch>(_ => _watch.Look(_leaving ? null : _machine.Id));
        Receive<NodeWatch.Looked>(m => _watch.Take(m));
        Receive<NodeWatch.LookFailed>(_ => _watch.Failed());
        Receive<NodeWatch.TakenOver>(m => _watch.Take(m));
        Receive<GroupsActive>(_ => _watch.LookClosely());
        Receive<OthersSeen>(m =>
        {
            if (_machine.Id is { } node && !_leaving)
                _watch.See(m, node);
        });
        Receive<Returned>(m => m.Messages > 0, m =>
        {
            _settings.Telemetry.OrphansReturned(m.Messages);
            _logger.Warning("{0} messages of lost claims went back", m.Messages);
        });
        Receive<Returned>(_ => { });
        Receive<Marked>(_ => { _marking = false; }); // an assignment of false would say that it was not handled
        Receive<Depart>(_ => Leave());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(INodeStore store, ClaimBook book, MarkBook marks, Liveness liveness, PgPubSubSettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new NodeActor(store, book, marks, liveness, settings, time));

    protected override void PreStart()
    {
        _timer = new TickTimer(Timers, _clock);
        _watch = new NodeWatch(_store, _settings, _clock, Timers, _logger, Self, Context.Parent, _stop.Token);
        Step(() => _machine.Tick(_clock.Now));
        _watch.Start();
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        _settings.Telemetry.Became(false);
    }

    private void Presence(PresenceChanged presence)
    {
        _keepsLock = presence.Held;
        if (!presence.Held)
            _watch.Blink();
        if (_carried is { } carried)
            Carried(new BeatCarried(carried, null)); // a poll that hangs must not keep others from hearing of it
        Step(() => _machine.BeatAtOnce(_clock.Now));
    }

    private void Mark(Guid node)
    {
        if (_marking)
            return;
        _marking = true;
        _marks.WriteAsync(node).Pipe(Self, _ => Marked.Instance, (_, _) => Marked.Instance);
    }

    private void Live()
    {
        if (_liveness.Confirm(_clock.Now - _machine.ConfirmedAt))
            Context.Parent.Tell(new NodeSuspended(false));
    }

    private void Step(Action step, string? problem = null)
    {
        if (problem is not null)
            Context.Parent.Tell(new HealthChanged(problem));
        if (_leaving)
            return;
        step();
        Perform();
        _timer.Set(_machine.NextTick);
    }

    private void Perform()
    {
        var self = Self;
        foreach (var effect in _machine.Effects)
        {
            switch (effect)
            {
                case NodeEffect.Register:
                    var node = Guid.CreateVersion7();
                    _store.RegisterAsync(node, _settings.NodeName, _stop.Token).Pipe(self, () => new Registered(node), (_, why) => new RegisterFailed(why));
                    break;
                case NodeEffect.Beat e:
                    _orphans.Sent();
                    if (_regular)
                        Carry(e.Node);
                    else
                        Beat(e.Node);
                    break;
                case NodeEffect.Become e:
                    _logger.Info(e.Node is null ? "This node was declared dead and registers anew" : "This node is {0}", e.Node);
                    _settings.Telemetry.Became(e.Node is not null);
                    Context.Parent.Tell(new NodeBecame(e.Node));
                    Context.Parent.Tell(new HealthChanged(null));
                    break;
                case NodeEffect.Suspend e:
                    _logger.Warning(e.Suspended ? "Nothing is handed out: this node can't say that it is alive" : "This node is alive again");
                    _settings.Telemetry.Became(!e.Suspended);
                    Context.Parent.Tell(new NodeSuspended(e.Suspended));
                    Context.Parent.Tell(new HealthChanged(e.Suspended ? "The node can't reach PostgreSQL to say that it is alive." : null));
                    break;
                case NodeEffect.ReturnOrphans e:
                    _store.ReturnOrphansAsync(e.Node, e.Tokens, [.. _book.Unbegun.Intersect(e.Tokens)]).Pipe(self, messages => new Returned(messages), (_, _) => new Returned(0));
                    break;
            }
        }

        _machine.Effects.Clear();
    }

    private void Beat(Guid node) => _store.BeatAsync(node, _keepsLock).Pipe(Self, tokens => new Beaten(tokens), (_, why) => new BeatFailed(why));

    private void Carry(Guid node)
    {
        _carried = new CarryBeat(node, _keepsLock);
        Context.Parent.Tell(_carried);
        Timers.StartSingleTimer(BeatKey, new BeatCarried(_carried, null), PollActor.Patience);
    }

    // What the poll does not take along, or not soon, goes by itself, on the connection that is kept back for it.
    private void Carried(BeatCarried carried)
    {
        _carried = null;
        Timers.Cancel(BeatKey);
        if (carried.Answer is { } answer)
            Self.Tell(new Beaten(answer.Tokens));
        else
            Beat(carried.Beat.Node);
    }

    private void Leave()
    {
        _leaving = true;
        var asker = Sender;
        if (_machine.Id is { } node)
            _store.DepartAsync(node, _book.Unbegun).PipeTo(asker, Self, () => Departed.Instance, _ => Departed.Instance);
        else
            asker.Tell(Departed.Instance);
    }

    private sealed record Registered(Guid Node);

    private sealed record RegisterFailed(string Why);

    private sealed record Beaten(IReadOnlyList<Guid>? Tokens);

    private sealed record BeatFailed(string Why);

    private sealed record Returned(int Messages);

    private sealed record Marked
    {
        public static readonly Marked Instance = new();
    }
}
