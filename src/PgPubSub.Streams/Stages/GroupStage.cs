using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Stage;
using PgPubSub.Actors;
using PgPubSub.Streams.Feeds;

namespace PgPubSub.Streams.Stages;

/// <summary>A member of a group: what is handed to it waits here for demand, its deadline runs from when it is emitted, and what it never emitted goes back as it was.</summary>
/// <param name="plan">What is consumed.</param>
/// <param name="emission">When it is settled.</param>
/// <param name="parallelism">How many keys may be out at a time; null where keys don't matter.</param>
internal sealed class GroupStage(SourcePlan plan, Emission emission, int? parallelism = null) : GraphStageWithMaterializedValue<SourceShape<Committable>, SourceControl>
{
    private readonly Outlet<Committable> _out = new("PgPubSub.Group.out");

    public override SourceShape<Committable> Shape => new(_out);

    public override ILogicAndMaterializedValue<SourceControl> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this, plan, emission, parallelism);
        return new LogicAndMaterializedValue<SourceControl>(logic, logic.Control);
    }

    private sealed class Logic : TimerGraphStageLogic, IOutHandler
    {
        private const string KeepKey = "keep";

        // A deadline that has run for less is not worth a message.
        private static readonly TimeSpan Negligible = TimeSpan.FromMilliseconds(20);

        private readonly Outlet<Committable> _out;
        private readonly SourcePlan _plan;
        private readonly Emission _emission;
        private readonly DeliveryLine _line;
        private readonly Action _stopAsked;
        private readonly Action<Delivery>? _letGo;
        private readonly Action<(Delivery, IAnswerReply)> _settled;
        private readonly long _started = TimeProvider.System.GetTimestamp();
        private SourceWatch _watch = null!;
        private IActorRef _feed = ActorRefs.Nobody;
        private Committable? _last; // emitted by Auto, and not yet acked
        private bool _settling, _stopping, _linger, _over;
        private TimeSpan _keepAt;
        private Exception? _failure;

        public Logic(GroupStage stage, SourcePlan plan, Emission emission, int? parallelism)
            : base(stage.Shape)
        {
            (_out, _plan, _emission, _line) = (stage._out, plan, emission, new DeliveryLine(parallelism));
            Control = new SourceControl(GetAsyncCallback(OnArrival));
            _stopAsked = GetAsyncCallback(Stop);
            _letGo = parallelism is null ? null : GetAsyncCallback<Delivery>(OnLetGo);
            _settled = GetAsyncCallback<(Delivery, IAnswerReply)>(OnSettled);
            SetHandler(stage._out, this);
        }

        public SourceControl Control { get; }

        private TimeSpan Now => TimeProvider.System.GetElapsedTime(_started);

        public override void PreStart()
        {
            _watch = new SourceWatch(_plan, Log, Fail, Stop);
            _feed = _watch.Open(Control.Feed);
            if (!_feed.IsNobody())
                Control.Begin(_plan.System, _feed, _stopAsked);
        }

        public void OnPull()
        {
            _last?.Ack();
            _last = null;
            Go();
        }

        // What was emitted may still be on its way to a committer, unless that is what failed.
        public void OnDownstreamFinish(Exception cause)
        {
            _linger = cause is SubscriptionWithCancelException.NonFailureCancellation;
            (_over, _failure) = (true, _linger ? null : cause);
            CompleteStage();
        }

        public override void PostStop()
        {
            Control.Complete(_over ? _failure : new AbruptStageTerminationException(this));
            if (_feed.IsNobody())
                Control.Feed.Leave();
            else
                _feed.Tell(new LeaveFeed([.. _line.All], _linger), ActorRefs.NoSender);
        }

        protected override void OnTimer(object timerKey)
        {
            foreach (var delivery in _line.All)
            {
                Restart(delivery);
                Keep(delivery);
            }
        }

        private void OnArrival()
        {
            Control.Feed.Rearm();
            while (!_over && Control.Feed.TryTake(out var message))
                Take(message);
            Go();
        }

        private void Take(object message)
        {
            switch (message)
            {
                case Delivery delivery:
                    _line.Add(delivery, Now);
                    Keep(delivery);
                    break;
                case DeliveryRevoked { Delivery: var revoked }:
                    if (!_line.LetGo(revoked))
                        _line.Remove(revoked);
                    if (_last?.IsOf(revoked) is true)
                        _last = null;
                    break;
                case GiveUp:
                    _over = true;
                    CompleteStage();
                    break;
                default:
                    _watch.Take(message);
                    break;
            }
        }

        private void OnLetGo(Delivery delivery)
        {
            if (_line.LetGo(delivery))
                Go();
        }

        private void Go()
        {
            if (_over)
                return;
            if (_stopping)
                Finish();
            else if (!IsClosed(_out) && IsAvailable(_out) && !_settling && _line.Take() is var (delivery, since))
                Emit(delivery, Now - since);
        }

        private void Emit(Delivery delivery, TimeSpan waited)
        {
            if (_emission is Emission.AtMostOnce)
            {
                _settling = true;
                _ = SettleAsync(delivery);
                return;
            }

            if (waited > Negligible)
                Restart(delivery);
            Push(_out, _last = HandleOf(delivery));
            if (_emission is not Emission.Auto)
                _last = null;
        }

        private Committable HandleOf(Delivery delivery) => new(delivery, _plan.System, _letGo is { } letGo ? () => letGo(delivery) : null);

        // Its subscription may end with the answer unread, which is one too.
        private async Task SettleAsync(Delivery delivery) => _settled((delivery, (await Delivery.SettleAllAsync([delivery.Ack()], Timeout.InfiniteTimeSpan))[0]));

        private void OnSettled((Delivery Delivery, IAnswerReply Reply) settled)
        {
            _settling = false;
            if (settled.Reply is AnswerConfirmed)
                Push(_out, HandleOf(settled.Delivery));
            else
                Log.Warning("The event of {0} at {1} is not emitted, since it could not be acked: {2}", settled.Delivery.Topic, settled.Delivery.Offset, ((AnswerRefused)settled.Reply).Reason);
            Go();
        }

        private void Stop()
        {
            _stopping = true;
            Finish();
        }

        // What is being settled is still emitted, and the last that Auto emitted is acked when more is asked for.
        private void Finish()
        {
            if (_settling || _last is not null)
                return;
            (_over, _linger) = (true, true);
            CompleteStage();
        }

        // What waits for demand must not count as late; deadlines differ by topic, and with the rules that a group had.
        private void Keep(Delivery delivery)
        {
            var time = delivery.AckDeadline / 3;
            if (IsTimerActive(KeepKey) && Now + time >= _keepAt)
                return;
            _keepAt = Now + time;
            ScheduleOnce(KeepKey, time);
        }

        private static void Restart(Delivery delivery) => delivery.Settle(delivery.Extend(delivery.AckDeadline));

        private void Fail(Exception failure)
        {
            (_over, _failure, _linger) = (true, failure, false);
            FailStage(failure);
        }
    }
}
