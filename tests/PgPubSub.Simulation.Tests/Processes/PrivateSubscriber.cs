using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Simulation.Tests.Journals;
using PgPubSub.Simulation.Tests.Plants;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>One private subscriber in one process, as its subscription's actor performs it; an actor that crashes is followed by another.</summary>
internal sealed class PrivateSubscriber
{
    private static readonly TimeSpan MarkInterval = TimeSpan.FromMilliseconds(300);

    private readonly Process _process;
    private readonly Alarm _alarm;
    private readonly PrivateCalls _calls;
    private PrivateTerms _asked;
    private PrivateMachine? _machine; // none while it rests after a crash
    private PrivateConsumer _consumer = null!;
    private MarkPacer _marking = new(MarkInterval);
    private long? _low;
    private bool _left, _over;

    public PrivateSubscriber(Process process, PrivateTerms asked)
    {
        (_process, _asked) = (process, asked);
        _alarm = new Alarm(process, () => Step((machine, now) => machine.Tick(now)));
        _calls = new PrivateCalls(process, this);
    }

    public PrivateJournal Journal { get; private set; } = null!;

    public PrivateTerms Asked => _asked;

    public bool IsOpen => _machine is { IsOpen: true };

    public void Start()
    {
        if (_over)
            return;
        var rules = _process.Terms.With(_asked.Wanted);
        _machine = new PrivateMachine(rules, _asked.Window);
        Journal = _process.Setting.Journal.Begin(_process, _asked);
        _consumer = new PrivateConsumer(_process, Journal, _machine, () => Step((_, _) => { }));
        _process.World.Trace?.Invoke($"{_process}: {_asked.Name} begins at {_asked.From}{(_asked.Wanted is null ? "" : $" and wants a {_asked.Wanted} alone")}");
        _calls.Open();
    }

    public void Wake(long tail) => Step((machine, now) => machine.Wake(tail, now));

    public void Live(IReadOnlyList<StoredEvent> page) => Step((machine, now) => machine.Live(page, now));

    public void Verify(long proven) => Step((machine, now) => machine.Verify(proven, now));

    public void Drain() => Step((machine, now) => machine.Drain(now));

    /// <summary>Where it begins is found, and a mark of that is committed.</summary>
    public void Begin(Guid node, long position, long tail)
    {
        _process.World.Trace?.Invoke($"{_process}: {_asked.Name} is told that it begins at {position}");
        Journal.Opened(node, position);
        var begun = _machine;
        _process.Post(() =>
        {
            if (ReferenceEquals(begun, _machine))
                _process.Reader.Join(this);
        });
        if (_asked.From is StartFrom.AtOffset wanted && wanted.Value < position)
            Jumped(wanted.Value, position);
        Step((machine, now) => machine.Open(position, tail, now));
    }

    public void PageRead(long from, IReadOnlyList<StoredEvent> page) => Step((machine, now) =>
    {
        IReadOnlyList<StoredEvent> read = _process.Setting.Plants.Is(Plant.PageWithAHole) && page.Count > 2 ? [page[0], .. page.Skip(2)] : page;
        machine.PageRead(from, Filtered(read), now);
    });

    public void Step(Action<PrivateMachine, TimeSpan> step)
    {
        if (_machine is not { } machine || _over)
            return;
        step(machine, _process.Now);
        for (var i = 0; i < machine.Effects.Count && !_over; i++)
            Perform(machine.Effects[i]);
        machine.Effects.Clear();
        if (!_over && machine.IsOpen && _marking.IsDue(machine.HoldsNothing, _process.Now))
            _process.Marks.Set(this, _process.Setting.Plants.Is(Plant.MarkTooFar) ? _process.Setting.Journal.Log.Tail : machine.Low!.Value);
        _alarm.Set(_over ? null : Moments.Earliest(_marking.NextTick, machine.NextTick));
    }

    /// <summary>Its actor crashes, and another comes after a rest with what this one leaves: where it stood.</summary>
    public void Crash()
    {
        if (_left || _over || _machine is not { } machine)
            return;
        _process.World.Met(Hazard.PrivateCrash);
        _low = machine.Low ?? _low;
        if (_process.Setting.Plants.Is(Plant.ComesBackFromWhatItRead) && machine.IsOpen)
            _low = Journal.Reached;
        _process.World.Trace?.Invoke($"{_process}: the actor of {_asked.Name} crashes and leaves {_low}");
        machine.Abandon();
        foreach (var effect in machine.Effects)
            _consumer.Perform(effect);
        Stop();
        if (_low is { } low)
        {
            Journal.ComesBackFrom(low);
            _asked = _asked with { From = StartFrom.Offset(low) };
        }

        Journal.End();
        _process.After(_process.World.Span(50, 900), Start);
    }

    /// <summary>Its consumer leaves: what it has buried by then still is.</summary>
    public void Leave()
    {
        _left = true;
        _process.World.Met(Hazard.PrivateLeave);
        _process.World.Trace?.Invoke($"{_process}: {_asked.Name} leaves");
        Step((machine, now) => machine.Leave(now));
        Journal.End();
        if (_machine is null)
            Finish();
    }

    /// <summary>The node's patience is over.</summary>
    public void Finish()
    {
        if (_over)
            return;
        Stop();
        Journal.End();
        _over = true;
        _process.Forget(this);
    }

    private void Stop()
    {
        _machine = null;
        _marking = new MarkPacer(MarkInterval);
        _alarm.Set(null);
        _calls.Forget();
        _consumer.Stop();
        _process.Marks.Remove(this);
        _process.Reader.Leave(this);
    }

    private void Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.Jumped e:
                Jumped(e.From, e.To);
                break;
            case DeliveryEffect.Rewound e:
                Journal.Rewound(e.To);
                break;
            case DeliveryEffect.Done:
                Finish();
                break;
            default:
                if (!_consumer.Perform(effect))
                    _calls.Perform(effect);
                break;
        }
    }

    private void Jumped(long from, long to)
    {
        _process.World.Trace?.Invoke($"{_process}: {_asked.Name} is told that history from {from} to {to} is lost");
        if (!_left && !_process.Setting.Plants.Is(Plant.GapNotTold))
            Journal.Lost(from, _process.Setting.Plants.Is(Plant.GapToldTooFar) ? to + 1 : to);
    }

    private IReadOnlyList<StoredEvent> Filtered(IReadOnlyList<StoredEvent> page) =>
        _process.Setting.Plants.Is(Plant.FilterBeforeTheCursor) && _asked.Wanted is { } wanted ? [.. page.Where(e => e.Type == wanted)] : page;
}
