using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Stage;
using PgPubSub.Actors;
using PgPubSub.Streams.Feeds;

namespace PgPubSub.Streams.Stages;

/// <summary>
/// Events of one or more topics, history first and then live, each topic's in order and once. A private subscription stands behind it, whose window is what waits here; an event
/// is acked when it is emitted.
/// </summary>
/// <param name="plan">What is read.</param>
/// <param name="progress">Says where a source of one topic ends, and is told how far it comes; asked for once each time that the source runs.</param>
internal sealed class LogStage(SourcePlan plan, Func<Progress> progress) : GraphStageWithMaterializedValue<SourceShape<TopicEvent>, SourceControl>
{
    private readonly Outlet<TopicEvent> _out = new("PgPubSub.Log.out");

    public override SourceShape<TopicEvent> Shape => new(_out);

    public override ILogicAndMaterializedValue<SourceControl> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this, plan, progress());
        return new LogicAndMaterializedValue<SourceControl>(logic, logic.Control);
    }

    private sealed class Logic : TimerGraphStageLogic, IOutHandler
    {
        private const string KeepKey = "keep";

        private readonly Outlet<TopicEvent> _out;
        private readonly SourcePlan _plan;
        private readonly Progress _progress;
        private readonly Queue<Delivery> _waiting = new();
        private readonly Arrivals _arrivals = new();
        private readonly Action _stopAsked;
        private SourceWatch _watch = null!;
        private IActorRef _feed = ActorRefs.Nobody;
        private Exception? _failure;
        private bool _over;

        public Logic(LogStage stage, SourcePlan plan, Progress progress)
            : base(stage.Shape)
        {
            (_out, _plan, _progress) = (stage._out, plan, progress);
            Control = new SourceControl(GetAsyncCallback(OnArrival));
            _stopAsked = GetAsyncCallback(Complete);
            SetHandler(stage._out, this);
        }

        public SourceControl Control { get; }

        public override void PreStart()
        {
            _watch = new SourceWatch(_plan, Log, Fail, Complete);
            _feed = _watch.Open(Control.Feed);
            if (!_feed.IsNobody())
                Control.Begin(_plan.System, _feed, _stopAsked);
        }

        public void OnPull() => Emit();

        public void OnDownstreamFinish(Exception cause)
        {
            _failure = cause is SubscriptionWithCancelException.NonFailureCancellation ? null : cause;
            Complete();
        }

        public override void PostStop()
        {
            Control.Complete(_over ? _failure : new AbruptStageTerminationException(this));
            if (_feed.IsNobody())
                Control.Feed.Leave();
            else
                _feed.Tell(new LeaveFeed([], Linger: false), ActorRefs.NoSender);
        }

        // What waits for demand must not count as late.
        protected override void OnTimer(object timerKey)
        {
            foreach (var delivery in _waiting)
                delivery.Settle(delivery.Extend(delivery.AckDeadline));
            Keep();
        }

        private void OnArrival()
        {
            Control.Feed.Rearm();
            while (_failure is null && Control.Feed.TryTake(out var message))
                Take(message);
            Keep();
            Emit();
        }

        private void Take(object message)
        {
            switch (message)
            {
                case Delivery delivery:
                    Add(delivery);
                    return;
                case Subscribed m:
                    _arrivals.Begin(m.Topic, m.Position);
                    _progress.Begin(m.Topic, m.Position);
                    break;
                case PatternSubscribed m:
                    _progress.Begin(m.Positions);
                    break;
                case TailThen m:
                    _progress.To = m.Tail;
                    break;
                case HistoryTrimmed m:
                    if (!_arrivals.Lose(m.Topic, m.From, m.To) || m.From >= _progress.To)
                        return; // what is missing was here before, or is not asked for
                    break;
                case HistoryRewound m:
                    Rewind(m.Topic, m.To);
                    break;
                case SubscriptionEnded { NodeStops: false } m:
                    Rewind(m.Topic, 0); // one of its name that a pattern finds later is another
                    _progress.Forget(m.Topic);
                    break;
            }

            _watch.Take(message);
        }

        // A subscription that was brought back after a crash hands out again what it does not know to be acked.
        private void Add(Delivery delivery)
        {
            if (_arrivals.Add(delivery.Topic, delivery.Offset))
                _waiting.Enqueue(delivery);
            else
                delivery.Settle(delivery.Ack());
        }

        // What waits from there on is not in the log any more.
        private void Rewind(string topic, long to)
        {
            _arrivals.Rewind(topic, to);
            _progress.Rewind(topic, to);
            for (var i = _waiting.Count; i > 0; i--)
            {
                var delivery = _waiting.Dequeue();
                if (delivery.Topic != topic || delivery.Offset < to)
                    _waiting.Enqueue(delivery);
            }
        }

        private void Emit()
        {
            if (IsClosed(_out))
                return;
            if (IsAvailable(_out) && _waiting.TryPeek(out var delivery) && !(delivery.Offset >= _progress.To))
            {
                _waiting.Dequeue();
                delivery.Settle(delivery.Ack());
                _progress.Emitted(delivery.Topic, delivery.Offset);
                Push(_out, delivery.Event);
            }

            if (IsThrough())
                Complete();
        }

        private bool IsThrough() =>
            _progress.To is { } to && (_waiting.TryPeek(out var next) ? next.Offset >= to : to == 0 || _arrivals.HasReached(to));

        private void Keep()
        {
            if (_waiting.TryPeek(out var delivery) && !IsTimerActive(KeepKey))
                ScheduleOnce(KeepKey, delivery.AckDeadline / 3);
        }

        private void Complete()
        {
            _over = true;
            CompleteStage();
        }

        private void Fail(Exception failure)
        {
            (_over, _failure) = (true, failure);
            FailStage(failure);
        }
    }
}
