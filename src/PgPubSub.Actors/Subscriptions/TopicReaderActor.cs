using Akka.Actor;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Readers;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>Events that the node has just read, for all its private subscribers of a topic.</summary>
internal sealed record LivePage(IReadOnlyList<StoredEvent> Events) : INoSerializationVerificationNeeded;

/// <summary>Who gets the pages of a topic.</summary>
internal sealed record Readers(IReadOnlyList<IActorRef> All) : INoSerializationVerificationNeeded;

/// <summary>How far a poll saw the topic come.</summary>
internal sealed record PolledTail(long Tail) : INoSerializationVerificationNeeded;

/// <summary>One topic's reader of the node: performs what its machine decides.</summary>
internal sealed class TopicReaderActor : ReceiveActor, IWithTimers
{
    private readonly TopicId _topic;
    private readonly ILogStore _log;
    private readonly RecentPages _recent;
    private readonly MachineClock _clock;
    private readonly ReaderMachine _machine = new();
    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyList<IActorRef> _readers = [];
    private TickTimer _timer = null!;

    public TopicReaderActor(TopicId topic, ILogStore log, RecentPages recent, TimeProvider time)
    {
        (_topic, _log, _recent, _clock) = (topic, log, recent, new MachineClock(time));
        Receive<Readers>(Serve);
        Receive<Wakeup>(m => Step(now => _machine.Wake(m.Tail, now)));
        Receive<LookAgain>(_ => Step(_ => _machine.Doubt()));
        Receive<PolledTail>(m => Step(_ => _machine.Polled(m.Tail)));
        Receive<Checked>(m => Step(_ => _machine.Checked(m.Offset, m.Holds)));
        Receive<TickTimer.Tick>(_ =>
        {
            _timer.Rang();
            Step(_machine.Tick);
        });
        Receive<PageRead>(m => Step(now => _machine.PageRead(m.From, m.Tail, m.Events, now)));
        Receive<ReadFailed>(_ => Step(_machine.ReadFailed));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(TopicId topic, ILogStore log, RecentPages recent, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new TopicReaderActor(topic, log, recent, time));

    protected override void PreStart() => _timer = new TickTimer(Timers, _clock);

    protected override void PostStop()
    {
        _stop.Cancel();
        _recent.Forget(_topic);
    }

    private void Serve(Readers readers)
    {
        foreach (var newcomer in readers.All.Except(_readers))
            newcomer.Tell(new Wakeup(_machine.Tail));
        _readers = readers.All;
        Step(_ => _machine.Serve(_readers.Count > 0));
    }

    private void Step(Action<TimeSpan> step)
    {
        step(_clock.Now);
        foreach (var effect in _machine.Effects)
            Perform(effect);
        _machine.Effects.Clear();
        _timer.Set(_machine.NextTick);
    }

    private void Perform(ReaderEffect effect)
    {
        switch (effect)
        {
            case ReaderEffect.Read e:
                _log.ReadAsync(_topic, e.From, ReaderMachine.Page, PgPubSubSettings.PageBytes, _stop.Token)
                    .Pipe(Self, events => new PageRead(e.From, e.Tail, events), (_, _) => new ReadFailed());
                break;
            case ReaderEffect.Check e:
                _log.ReadAsync(_topic, e.Offset, 1, PgPubSubSettings.PageBytes, _stop.Token).Pipe(
                    Self, events => new Checked(e.Offset, events is [var there] && there.Offset == e.Offset && there.Id == e.Id), (_, _) => new Checked(e.Offset, Holds: false));
                break;
            case ReaderEffect.Hand e:
                _recent.Add(_topic, e.Events);
                Tell(new LivePage(e.Events));
                break;
            case ReaderEffect.Missing e:
                Tell(new Wakeup(e.Tail));
                break;
            case ReaderEffect.Forget:
                _recent.Forget(_topic);
                break;
            case ReaderEffect.LookAgain e:
                Tell(new LookAgain(e.Proven));
                break;
        }
    }

    private void Tell(object message)
    {
        foreach (var reader in _readers)
            reader.Tell(message);
    }

    private sealed record Checked(long Offset, bool Holds);

    private sealed record PageRead(long From, long Tail, IReadOnlyList<StoredEvent> Events);

    private sealed record ReadFailed;
}
