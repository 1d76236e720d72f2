using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Readers;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>One private subscriber: turns messages into inputs of its machine and performs what that decides.</summary>
/// <remarks>A node may have many thousands of them, so it keeps neither handlers nor timers nor collections of its own while it is idle.</remarks>
internal sealed class PrivateSubscriptionActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan MarkInterval = TimeSpan.FromSeconds(2);

    private readonly SubscriptionTerms _terms;
    private readonly MachineClock _clock;
    private readonly PrivateMachine _machine;
    private readonly DeliveryMeter _meter;
    private readonly ConsumerDesk _consumers;
    private readonly Attach _consumer;
    private readonly ReadMark _mark;
    private readonly MarkPacer _marking = new(MarkInterval);
    private readonly PrivateCalls _calls;
    private readonly ILoggingAdapter _logger = Context.System.Log; // one of its own would hold its path as text
    private IdleWatch? _idle;
    private TickTimer _timer = null!;
    private OpenTimer _opening = null!;
    private bool _answered, _left;
    private Guid? _node;

    private PrivateSubscriptionActor(SubscriptionTerms terms, Attach consumer, ReadMark mark, MarkBook marks, RecentPages recent, Stores stores, Guid? node, TimeProvider time)
    {
        (_terms, _consumer, _mark, _node, _clock) = (terms, consumer, mark, node, new MachineClock(time));
        _calls = new PrivateCalls(terms, stores, marks, recent, Self);
        _machine = new PrivateMachine(terms.Rules, consumer.Window);
        _meter = new DeliveryMeter(_machine, terms.Telemetry);
        _consumers = new ConsumerDesk(new DeliveryOrigin(terms.Topic, null, terms.Serializer, Self, terms.Telemetry), _meter, _logger) { AckDeadline = terms.Rules.AckDeadline };
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(SubscriptionTerms terms, Attach consumer, ReadMark mark, MarkBook marks, RecentPages recent, Stores stores, Guid? node, TimeProvider time) =>
        Akka.Actor.Props.CreateBy(new Producer(terms, consumer, mark, marks, recent, stores, node, time));

    protected override void PreStart()
    {
        (_timer, _opening) = (new TickTimer(Timers, _clock), new OpenTimer(Timers, _clock));
        Context.Watch(_consumer.Consumer);
        _consumers.Add(_consumer.Consumer);
        Self.Tell(OpenTimer.Open.Instance);
    }

    protected override void PostStop()
    {
        _mark.Low = _machine.Low ?? _mark.Low;
        _calls.Stop();
        _machine.Abandon();
        _machine.Effects.ForEach(effect => _consumers.Perform(effect));
        _meter.Close();
    }

    protected override void OnReceive(object message)
    {
        if (!Answered(message) && !Hinted(message) && !Returned(message))
            Unhandled(message);
    }

    private bool Answered(object message)
    {
        switch (message)
        {
            case IAnswer m:
                _consumers.Take(m, Sender, _clock.Now);
                Perform();
                return true;
            case SettleAll m:
                Step(now => m.Give(_meter, now));
                return true;
            default:
                return false;
        }
    }

    private bool Hinted(object message)
    {
        switch (message)
        {
            case TickTimer.Tick:
                _timer.Rang();
                Step(_machine.Tick);
                return true;
            case Wakeup m:
                Step(now => _machine.Wake(m.Tail, now));
                return true;
            case LivePage m:
                Step(now => _machine.Live(m.Events, now));
                return true;
            case LookAgain m:
                Step(now => _machine.Verify(m.Proven, now));
                return true;
            case NodeBecame m:
                _node = m.Node;
                return true;
            case StopClaiming:
                Step(_machine.Drain);
                return true;
            case GiveBack:
                End(SubscriptionEnded.WithNode(_terms.Topic, null));
                return true;
            case TopicGone:
                End(new SubscriptionEnded(_terms.Topic, null, "The topic was dropped."));
                return true;
            case AwaitIdle m:
                (_idle ??= new IdleWatch()).Add(Sender, m.Tail);
                Step(_ => { });
                return true;
            case Detach m:
                Leave(Attach.Left);
                m.Asker?.Tell(m.Reply);
                return true;
            case Terminated m:
                Context.Parent.Tell(new ConsumerGone(m.ActorRef));
                Leave(Attach.Stopped);
                return true;
            default:
                return false;
        }
    }

    private bool Returned(object message)
    {
        switch (message)
        {
            case OpenTimer.Open:
                _calls.Open(_node);
                return true;
            case PrivateCalls.Opened m:
                if (!_answered)
                    Begin(m);
                return true;
            case PrivateCalls.OpenFailed m:
                Retry(m.Why);
                return true;
            case PrivateCalls.IResult m:
                Take(m);
                return true;
            default:
                return false;
        }
    }

    private void Take(PrivateCalls.IResult result)
    {
        if (result is PrivateCalls.ReadFailed failed)
            _logger.Debug("A page of {0} can't be read: {1}", _terms.Topic, failed.Why);
        else if (result is PrivateCalls.Buried)
            _meter.Buried();
        Step(now => result.Tell(_machine, now));
    }

    private void Begin(PrivateCalls.Opened opened)
    {
        _calls.Begin(opened.Topic);
        Context.Parent.Tell(new Interested(opened.Topic, null));
        Context.Parent.Tell(new HealthChanged(null));
        _answered = true;
        _consumer.Asker?.Tell(new Subscribed(_terms.Topic, null, opened.Position));
        Context.Parent.Tell(new Attached(_consumer.Consumer));
        if (_terms.From is Core.Subscriptions.StartFrom.AtOffset wanted && wanted.Value < opened.Position)
            _consumers.Broadcast(new HistoryTrimmed(_terms.Topic, null, wanted.Value, opened.Position));
        Step(now => _machine.Open(opened.Position, opened.Tail, now));
    }

    private void Retry(string why)
    {
        if (_opening.Failed())
            _logger.Warning("A private subscription to {0} can't be opened yet: {1}", _terms.Topic, why);
        Context.Parent.Tell(new HealthChanged(why));
    }

    private void End(SubscriptionEnded ended)
    {
        Refuse(ended.Reason);
        Context.Parent.Tell(new Over([_consumer.Consumer]));
        _consumers.Broadcast(ended);
    }

    private void Refuse(string why)
    {
        if (!_answered)
            _consumer.Refuse(_terms.Topic, null, why);
        _answered = true;
    }

    // What is to be buried still is: only then it is finished.
    private void Leave(string why)
    {
        Refuse(why);
        _left = true;
        Step(_machine.Leave);
        _consumers.Remove(0);
    }

    private void Finish()
    {
        if (_left)
            Context.Parent.Tell(Finished.Instance);
        else
            End(SubscriptionEnded.WithNode(_terms.Topic, null));
    }

    private void Step(Action<TimeSpan> step)
    {
        step(_clock.Now);
        Perform();
    }

    private void Perform()
    {
        for (var i = 0; i < _machine.Effects.Count; i++)
        {
            var effect = _machine.Effects[i];
            if (!_calls.Perform(effect) && !_consumers.Perform(effect))
                Perform(effect);
        }

        _machine.Effects.Clear();
        _meter.Tell();
        if (_machine.IsOpen && _marking.IsDue(_machine.HoldsNothing, _clock.Now))
            _calls.Mark(_machine.Low!.Value);
        _timer.Set(Moments.Earliest(_marking.NextTick, _machine.NextTick));
        if (_idle is { Any: true } idle)
            idle.Look(_machine.IsIdleAt);
    }

    private void Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.Dropped e:
                _meter.Buried();
                _logger.Warning("A private subscriber of {0} keeps no dead letters: the event at {1} was dropped after {2} attempts", _terms.Topic, e.Offset, e.Attempts);
                break;
            case DeliveryEffect.Done:
                Finish();
                break;
        }
    }

    // Arguments in an expression would be taken apart for each subscriber.
    private sealed class Producer(SubscriptionTerms terms, Attach consumer, ReadMark mark, MarkBook marks, RecentPages recent, Stores stores, Guid? node, TimeProvider time)
        : IIndirectActorProducer
    {
        public Type ActorType => typeof(PrivateSubscriptionActor);

        public ActorBase Produce() => new PrivateSubscriptionActor(terms, consumer, mark, marks, recent, stores, node, time);

        public void Release(ActorBase actor)
        {
        }
    }
}
