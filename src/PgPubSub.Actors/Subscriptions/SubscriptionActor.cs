using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>One group of one topic on this node: turns messages into inputs of its machine and effects into I/O; decides nothing.</summary>
internal sealed class SubscriptionActor : ReceiveActor, IWithTimers
{
    private const string OpenKey = "open";

    private readonly SubscriptionTerms _terms;
    private readonly Stores _stores;
    private readonly MachineClock _clock;
    private readonly DeliveryMachine _machine;
    private readonly GroupCalls _calls;
    private readonly ConsumerDesk _consumers;
    private readonly Backoff _opening = Backoff.OfStore();
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly List<Attach> _unanswered = [];
    private readonly Liveness _liveness;
    private TickTimer _timer = null!;
    private Guid? _node;
    private bool _open, _suspended;

    public SubscriptionActor(SubscriptionTerms terms, Stores stores, ClaimBook book, Liveness liveness, Guid? node, TimeProvider time)
    {
        (_terms, _stores, _liveness, _node, _clock) = (terms, stores, liveness, node, new MachineClock(time));
        _machine = new DeliveryMachine(terms.Rules, PgPubSubSettings.PageBytes);
        _calls = new GroupCalls(stores.Deliveries, book, Self);
        _consumers = new ConsumerDesk(terms.Topic, terms.Group, terms.Serializer, Self);
        ReceiveAnswers();
        ReceiveHints();
        ReceiveConsumers();
        ReceiveResults();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(SubscriptionTerms terms, Stores stores, ClaimBook book, Liveness liveness, Guid? node, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new SubscriptionActor(terms, stores, book, liveness, node, time));

    protected override void PreStart()
    {
        _timer = new TickTimer(Timers, _clock);
        Self.Tell(Open.Instance);
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        _calls.Own(null);
        _machine.Own(owned: false, _calls.Position, _clock.Now); // what is still held is nobody's now: the node's next beats find it
        Perform();
    }

    private void ReceiveAnswers()
    {
        Receive<Ack>(m => Step(m, m.Confirm, static (machine, m, asker, now) => machine.Ack(m.Id, asker, now)));
        Receive<Nack>(m => Step(m, m.Confirm, static (machine, m, asker, now) => machine.Nack(m.Id, m.Reason, m.Delay, asker, now)));
        Receive<Bury>(m => Step(m, m.Confirm, static (machine, m, asker, now) => machine.Bury(m.Id, m.Reason, asker, now)));
        Receive<Extend>(m => Step(m, confirm: false, (machine, m, _, now) => _consumers.Extended(m, machine.Extend(m.Id, m.Time, now), Sender)));
        Receive<KeepPlace>(m => _machine.KeepPlace(m.Id));
        Receive<FreePlace>(m => Step(now => _machine.FreePlace(m.Id, now)));
    }

    private void ReceiveHints()
    {
        Receive<TickTimer.Tick>(_ =>
        {
            _timer.Rang();
            Step(_machine.Tick);
        });
        Receive<Wakeup>(m => Step(now => _machine.Wake(m.Tail, now)));
        Receive<RetriesWakeup>(m => Step(now => _machine.WakeRetries(m.Suspects, now)));
        Receive<PermitGranted>(_ => Step(_machine.SuspectGranted));
        Receive<NodeSuspended>(_ => Step(_ => { })); // each step looks at the node's liveness itself
        Receive<NodeBecame>(m =>
        {
            _node = m.Node;
            Own();
        });
    }

    private void ReceiveConsumers()
    {
        Receive<Attach>(Join);
        Receive<Detach>(m =>
        {
            Leave(m.Consumer);
            m.Asker?.Tell(m.Reply);
        });
        Receive<Terminated>(m =>
        {
            Context.Parent.Tell(new ConsumerGone(m.ActorRef));
            Leave(m.ActorRef);
        });
        Receive<Open>(_ => EnsureAsync().Pipe(Self, group => new Opened(group), (_, why) => new OpenFailed(why)));
        Receive<Opened>(m => Begin(m.Group));
        Receive<OpenFailed>(m => Retry(m.Why));
    }

    private void ReceiveResults()
    {
        Receive<GroupCalls.IResult>(m => m.Epoch != _calls.Epoch, _ => { }); // of a time before this node lost its registration
        Receive<GroupCalls.ClaimDone>(m => Claimed(m.Page));
        Receive<GroupCalls.ClaimFailed>(m =>
        {
            if (m.Kind is not FaultKind.Unknown)
                _calls.ForgetClaim();
            Failed(m, now => _machine.ClaimFailed(m.Kind, now));
        });
        Receive<GroupCalls.ClaimLost>(_ =>
        {
            _calls.ForgetClaim();
            Step(_machine.ClaimNotFound);
        });
        Receive<GroupCalls.RetriesDone>(m =>
        {
            if (m.Retries.Count == 0)
                _calls.Forget(m.Token);
            Step(now =>
            {
                if (m.Suspects)
                    _machine.SuspectsClaimed(m.Retries, now);
                else
                    _machine.RetriesClaimed(m.Retries, now);
            });
        });
        Receive<GroupCalls.RetriesFailed>(m =>
        {
            _calls.Forget(m.Token); // if it did claim some, the node's next beats find them
            Failed(m, m.Suspects ? _machine.SuspectsFailed : _machine.RetriesFailed);
        });
        Receive<GroupCalls.SettleDone>(m => Step(now => _machine.Settled(m.Result, now)));
        Receive<GroupCalls.SettleFailed>(m => Failed(m, now => _machine.SettleFailed(m.Kind, now)));
    }

    private async Task<GroupState> EnsureAsync()
    {
        var topic = await _stores.Log.EnsureTopicAsync(_terms.Topic, _stop.Token);
        return await _stores.Subscriptions.EnsureGroupAsync(topic.Id, _terms.Group, _terms.From, _terms.Rules, _stop.Token);
    }

    private void Begin(GroupState group)
    {
        _open = true;
        _opening.Clear();
        _calls.Open(group);
        Context.Parent.Tell(new Interested(group.Key.Topic, group.Key));
        Context.Parent.Tell(new HealthChanged(null));
        if (group.Created && _terms.From is StartFrom.AtOffset wanted && wanted.Value < group.Floor)
            _consumers.Broadcast(new HistoryTrimmed(_terms.Topic, _terms.Group, wanted.Value, group.Floor));
        _unanswered.ForEach(Greet);
        _unanswered.Clear();
        Own();
    }

    private void Retry(string why)
    {
        if (_opening.Until is null)
            _logger.Warning("Group {0} of {1} can't be opened yet: {2}", _terms.Group, _terms.Topic, why); // said once an outage
        Context.Parent.Tell(new HealthChanged(why));
        var now = _clock.Now;
        _opening.Fail(now);
        Timers.StartSingleTimer(OpenKey, Open.Instance, _opening.Until!.Value - now);
    }

    private void Own()
    {
        _calls.Own(_node);
        Step(now => _machine.Own(_node is not null && _open, _calls.Position, now));
    }

    private void Join(Attach attach)
    {
        if (_consumers.NumberOf(attach.Consumer) is not null)
            return;
        Context.Watch(attach.Consumer);
        var number = _consumers.Add(attach.Consumer);
        if (_open)
            Greet(attach);
        else
            _unanswered.Add(attach);
        Step(now => _machine.Join(number, attach.Window, now));
    }

    private void Greet(Attach attach)
    {
        attach.Asker?.Tell(new Subscribed(_terms.Topic, _terms.Group, _calls.Position));
        Context.Parent.Tell(new Attached(attach.Consumer));
    }

    private void Leave(IActorRef consumer)
    {
        if (_consumers.NumberOf(consumer) is not { } number)
            return;
        Context.Unwatch(consumer);
        Step(now => _machine.Leave(number, now));
        _consumers.Remove(number);
    }

    private void Claimed(ClaimedPage page)
    {
        _calls.Note(page);
        if (page.Lo > page.From)
            _logger.Warning("Group {0} of {1}: history from {2} to {3} was trimmed before it was claimed", _terms.Group, _terms.Topic, page.From, page.Lo);
        Step(now => _machine.Claimed(page, now));
    }

    private void Failed(GroupCalls.IFailure failure, Action<TimeSpan> step)
    {
        _logger.Debug("A call for group {0} of {1} failed: {2}", _terms.Group, _terms.Topic, failure.Why);
        Step(step);
    }

    private void Step<TAnswer>(TAnswer answer, bool confirm, Func<DeliveryMachine, TAnswer, IActorRef?, TimeSpan, bool> step)
    {
        LookAtLiveness();
        if (!step(_machine, answer, confirm ? Sender : null, _clock.Now) && !confirm)
            Sender.Tell(ConsumerDesk.TooLate);
        Perform();
    }

    private void Step(Action<TimeSpan> step)
    {
        LookAtLiveness();
        step(_clock.Now);
        Perform();
    }

    // Before anything else: a process that was frozen must not hand out what is others' by now.
    private void LookAtLiveness()
    {
        if (_suspended != _liveness.IsAlive)
            return;
        _suspended = !_suspended;
        _machine.Suspend(_suspended, _clock.Now);
    }

    private void Perform()
    {
        for (var i = 0; i < _machine.Effects.Count; i++)
        {
            if (!_consumers.Perform(_machine.Effects[i]))
                Perform(_machine.Effects[i]);
        }

        _machine.Effects.Clear();
        _timer.Set(_machine.NextTick);
    }

    private void Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.Claim e:
                _calls.Claim(e.Most);
                break;
            case DeliveryEffect.FindClaim:
                _calls.FindClaim();
                break;
            case DeliveryEffect.ClaimRetries e:
                _calls.ClaimRetries(e.Most, suspects: false);
                break;
            case DeliveryEffect.ClaimSuspect:
                _calls.ClaimRetries(1, suspects: true);
                break;
            case DeliveryEffect.AskPermit:
                Context.Parent.Tell(PermitWanted.Instance);
                break;
            case DeliveryEffect.ReturnPermit:
                Context.Parent.Tell(PermitReturned.Instance);
                break;
            case DeliveryEffect.Settle e:
                _calls.Settle(e.Batch);
                break;
            case DeliveryEffect.Release e:
                _calls.Forget(e.Token);
                break;
            case DeliveryEffect.Done:
                Context.Parent.Tell(Finished.Instance);
                break;
        }
    }

    private sealed record Open
    {
        public static readonly Open Instance = new();
    }

    private sealed record Opened(GroupState Group);

    private sealed record OpenFailed(string Why);
}
