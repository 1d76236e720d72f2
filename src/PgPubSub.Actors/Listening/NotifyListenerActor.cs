using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Listening;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Listening;

/// <summary>Keeps the node's one listening connection and broadcasts what it hears.</summary>
internal sealed class NotifyListenerActor : ReceiveActor, IWithTimers
{
    private const string Pooler = "A pooler stands before the server; a ListenConnectionString would lead past it.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly IWakeupStore _store;
    private readonly ListenMachine _machine;
    private readonly PgPubSubSettings _settings;
    private readonly MachineClock _clock;
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private CancellationTokenSource _stop = new();
    private TickTimer _timer = null!;
    private IWakeupLine? _line;
    private string _why = "";
    private bool _unwell, _opened;

    public NotifyListenerActor(IWakeupStore store, PgPubSubSettings settings, TimeProvider time)
    {
        (_store, _settings, _clock) = (store, settings, new MachineClock(time));
        _machine = new ListenMachine(insists: settings.Listen is ListenMode.On);
        Receive<NodeBecame>(m => Step(() => _machine.Own(m.Node, _clock.Now)));
        Receive<TickTimer.Tick>(_ =>
        {
            _timer.Rang();
            Step(() => _machine.Tick(_clock.Now));
        });
        Receive<Opened>(m =>
        {
            _line = m.Line;
            if (_opened)
                _settings.Telemetry.Reconnected();
            _opened = true;
            Tell(unwell: false, hears: true);
            Step(() => _machine.Opened(m.Node, m.Line.KeepsLock, _clock.Now));
        });
        Receive<Denied>(m =>
        {
            _why = Pooler;
            Tell(_settings.Listen is ListenMode.On);
            Step(() => _machine.Denied(m.Node, _clock.Now));
        });
        Receive<Heard>(m => ReferenceEquals(m.Line, _line), m =>
        {
            if (m.Tails.Count > 0)
                Context.Parent.Tell(new TailsLearnt(m.Tails));
            Step(_machine.Heard);
        });
        Receive<Failed>(m => m.Line is null || ReferenceEquals(m.Line, _line), m =>
        {
            _why = m.Why;
            Tell(_settings.Listen is ListenMode.On || m.Kind is FaultKind.Schema);
            Step(() => _machine.Failed(_clock.Now));
        });
        Receive<Heard>(_ => { }); // of a line that is closed
        Receive<Failed>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IWakeupStore store, PgPubSubSettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new NotifyListenerActor(store, settings, time));

    protected override void PreStart() => _timer = new TickTimer(Timers, _clock);

    protected override void PostStop()
    {
        Close();
        _settings.Telemetry.Hears(false);
        Context.Parent.Tell(new PresenceChanged(false));
    }

    private void Step(Action step)
    {
        step();
        Perform();
        _settings.Telemetry.Hears(_line is not null);
        _timer.Set(_machine.NextTick);
    }

    private void Perform()
    {
        var self = Self;
        foreach (var effect in _machine.Effects)
        {
            switch (effect)
            {
                case ListenEffect.Open e:
                    _store.OpenAsync(e.Node, _stop.Token).Pipe(self, line => line is null ? new Denied(e.Node) : new Opened(e.Node, line), (kind, why) => new Failed(null, kind, why));
                    break;
                case ListenEffect.Wait when _line is { } line:
                    line.WaitAsync(Patience, _stop.Token).Pipe(self, tails => new Heard(line, tails), (kind, why) => new Failed(line, kind, why));
                    break;
                case ListenEffect.Close:
                    Close();
                    break;
                case ListenEffect.CatchUp:
                    Context.Parent.Tell(CatchUp.Instance);
                    break;
                case ListenEffect.Presence e:
                    Context.Parent.Tell(new PresenceChanged(e.Held));
                    break;
                case ListenEffect.Outage { Begins: true }:
                    _logger.Warning("Wake-ups are not heard, polling goes on: {0}", _why);
                    break;
                case ListenEffect.Outage:
                    _logger.Info("Wake-ups are heard again");
                    break;
                case ListenEffect.Forgo:
                    _logger.Info("{0} Wake-ups are not listened for: events of other nodes are found by polling, every {1}", Pooler, _settings.PollInterval);
                    break;
            }
        }

        _machine.Effects.Clear();
    }

    // Where the application insists on wake-ups, or gave a way to them that leads nowhere, being without them is not well.
    private void Tell(bool unwell, bool hears = false)
    {
        Context.Parent.Tell(new ListenerBecame(hears, hears ? null : _why, unwell));
        if (unwell || _unwell)
            Context.Parent.Tell(new HealthChanged(unwell ? "Wake-ups are not heard: " + _why : null));
        _unwell = unwell;
    }

    private void Close()
    {
        _stop.Cancel();
        _stop = new CancellationTokenSource();
        if (_line is { } line)
            _ = line.DisposeAsync().AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
        _line = null;
    }

    private sealed record Opened(Guid Node, IWakeupLine Line);

    private sealed record Heard(IWakeupLine Line, IReadOnlyList<TopicTail> Tails);

    private sealed record Failed(IWakeupLine? Line, FaultKind Kind, string Why);

    private sealed record Denied(Guid Node);
}
