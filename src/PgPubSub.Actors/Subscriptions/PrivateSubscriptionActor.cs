using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Readers;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>One private subscriber: performs what its machine decides. Nothing of it is stored but its dead letters.</summary>
/// <remarks>A node may have many thousands of them, so it keeps neither handlers nor timers nor collections of its own while it is idle.</remarks>
internal sealed class PrivateSubscriptionActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan MarkInterval = TimeSpan.FromSeconds(2);

    private readonly SubscriptionTerms _terms;
    private readonly Stores _stores;
    private readonly MachineClock _clock;
    private readonly PrivateMachine _machine;
    private readonly DeliveryMeter _meter;
    private readonly ConsumerDesk _consumers;
    private readonly Attach _consumer;
    private readonly ReadMark _mark;
    private readonly RecentPages _recent;
    private readonly MarkBook _marks;
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggingAdapter _logger = Context.System.Log; // one of its own would hold its path as text
    private IdleWatch? _idle;
    private TickTimer _timer = null!;
    private OpenTimer _opening = null!;
    private TimeSpan? _markAt;
    private bool _answered, _left;
    private TopicId _topic;
    private Guid? _node;

    private PrivateSubscriptionActor(SubscriptionTerms terms, Attach consumer, ReadMark mark, MarkBook marks, RecentPages recent, Stores stores, Guid? node, TimeProvider time)
    {
        (_terms, _consumer, _mark, _marks, _recent, _stores, _node, _clock) = (terms, consumer, mark, marks, recent, stores, node, new MachineClock(time));
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
        _stop.Cancel();
        _mark.Low = _machine.Low ?? _mark.Low;
        _marks.Remove(this);
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
                OpenAsync(_node).Pipe(Self, opened => opened, (_, why) => new OpenFailed(why));
                return true;
            case Opened m:
                if (!_answered)
                    Begin(m);
                return true;
            case OpenFailed m:
                Retry(m.Why);
                return true;
            case Verified m:
                Step(now => _machine.Verified(m.Floor, m.Tail, m.Events, now));
                return true;
            case VerifyFailed:
                Step(_machine.VerifyFailed);
                return true;
            case PageRead m:
                Step(now => _machine.PageRead(m.From, m.Events, now));
                return true;
            case ReadFailed m:
                _logger.Debug("A page of {0} can't be read: {1}", _terms.Topic, m.Why);
                Step(_machine.ReadFailed);
                return true;
            case Buried:
                _meter.Buried();
                Step(_machine.Buried);
                return true;
            case BuryFailed:
                Step(_machine.BuryFailed);
                return true;
            default:
                return false;
        }
    }

    // The mark is committed before the position counts: from then on retention spares what is not read yet.
    private async Task<Opened> OpenAsync(Guid? node)
    {
        if (node is not { } marker)
            throw new StoreException(FaultKind.Transient, "The node is not registered yet.");
        using var turn = await _marks.TurnAsync(_stop.Token);
        var topic = await _stores.Log.EnsureTopicAsync(_terms.Topic, _terms.Retention, _stop.Token);
        var position = await _stores.Log.LocateAsync(topic.Id, _terms.From, _stop.Token);
        _marks.Set(this, topic.Id, position);
        if (_stop.IsCancellationRequested)
            _marks.Remove(this); // it stopped meanwhile: a mark that nobody moves would hold retention up for ever
        var floors = await _marks.WriteAsync(marker, topic.Id);
        return new Opened(topic.Id, Math.Max(position, floors.GetValueOrDefault(topic.Id)), topic.Tail);
    }

    private void Begin(Opened opened)
    {
        _topic = opened.Topic;
        Context.Parent.Tell(new Interested(_topic, null));
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

    private async Task<Verified> VerifyAsync(long from, int most)
    {
        var events = await _stores.Log.ReadAsync(_topic, from, most, PgPubSubSettings.PageBytes, _stop.Token);
        var topic = await _stores.Log.FindTopicAsync(_terms.Topic, _stop.Token);
        return topic is { } there && there.Id == _topic
            ? new Verified(there.Floor, there.Tail, events)
            : throw new StoreException(FaultKind.Gone, "The topic is no longer there."); // which the poll tells
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
        var self = Self;
        for (var i = 0; i < _machine.Effects.Count; i++)
        {
            switch (_machine.Effects[i])
            {
                case DeliveryEffect.Read e:
                    Read(e.From, e.Most);
                    break;
                case DeliveryEffect.Bury e:
                    _stores.Deliveries.BuryPrivateAsync(_topic, _terms.Group, e.Failure).Pipe(self, () => Buried.Instance, (_, _) => BuryFailed.Instance);
                    break;
                case DeliveryEffect.Verify e:
                    VerifyAsync(e.From, e.Most).Pipe(self, verified => verified, (_, _) => VerifyFailed.Instance);
                    break;
                case DeliveryEffect.Dropped e:
                    _meter.Buried();
                    _logger.Warning("A private subscriber of {0} keeps no dead letters: the event at {1} was dropped after {2} attempts", _terms.Topic, e.Offset, e.Attempts);
                    break;
                case DeliveryEffect.Done:
                    Finish();
                    break;
                case var other:
                    _consumers.Perform(other);
                    break;
            }
        }

        _machine.Effects.Clear();
        _meter.Tell();
        Mark(_clock.Now);
        var next = _machine.NextTick;
        _timer.Set(_markAt < next ? _markAt : next ?? _markAt);
        if (_idle is { Any: true } idle)
            idle.Look(_machine.IsIdleAt);
    }

    // What is needed moves with each answer: it is told at once where nothing is held, and else now and then.
    private void Mark(TimeSpan now)
    {
        if (_machine.IsOpen && (_machine.HoldsNothing || _markAt <= now))
        {
            _markAt = null;
            _marks.Set(this, _topic, _machine.Low!.Value);
        }
        else if (_machine.IsOpen)
        {
            _markAt ??= now + MarkInterval;
        }
    }

    private void Read(long from, int most)
    {
        if (_recent.Find(_topic, from) is { } recent)
            Self.Tell(new PageRead(from, recent));
        else
            _stores.Log.ReadAsync(_topic, from, most, PgPubSubSettings.PageBytes, _stop.Token).Pipe(Self, events => new PageRead(from, events), (_, why) => new ReadFailed(why));
    }

    private sealed record Opened(TopicId Topic, long Position, long Tail);

    private sealed record OpenFailed(string Why);

    private sealed record Verified(long Floor, long Tail, IReadOnlyList<StoredEvent> Events);

    private sealed record VerifyFailed
    {
        public static readonly VerifyFailed Instance = new();
    }

    private sealed record PageRead(long From, IReadOnlyList<StoredEvent> Events);

    private sealed record ReadFailed(string Why);

    private sealed record Buried
    {
        public static readonly Buried Instance = new();
    }

    private sealed record BuryFailed
    {
        public static readonly BuryFailed Instance = new();
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
