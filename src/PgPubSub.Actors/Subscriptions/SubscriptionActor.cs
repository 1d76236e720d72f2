using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>One group of one topic on this node: turns messages into inputs of its machine and effects into I/O; decides nothing.</summary>
internal sealed class SubscriptionActor : ReceiveActor, IWithTimers
{
    private readonly SubscriptionTerms _terms;
    private readonly MachineClock _clock;
    private readonly DeliveryMachine _machine;
    private readonly ClaimLedger _claims;
    private readonly DeliveryMeter _meter;
    private readonly GroupCalls _calls;
    private readonly CallResults _results;
    private readonly ServedGroup _measures;
    private readonly ConsumerDesk _consumers;
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly GroupMembers _members;
    private readonly GroupLink _link;
    private readonly IdleWatch _idle = new();
    private readonly Liveness _liveness;
    private TickTimer _timer = null!;
    private OpenTimer _opening = null!;
    private Guid? _node;
    private bool _suspended, _draining, _over;

    public SubscriptionActor(SubscriptionTerms terms, Stores stores, ClaimBook book, Liveness liveness, Guid? node, TimeProvider time)
    {
        (_terms, _liveness, _node, _clock) = (terms, liveness, node, new MachineClock(time));
        _machine = new DeliveryMachine(terms.Rules, PgPubSubSettings.PageBytes);
        _link = new GroupLink(terms, stores, Self, _stop.Token);
        _claims = new ClaimLedger(book);
        _meter = new DeliveryMeter(_machine, terms.Telemetry);
        _calls = new GroupCalls(stores.Deliveries, _claims, _meter, terms.Telemetry, Self);
        _results = new CallResults(_machine, _claims);
        _measures = new ServedGroup(terms.Node, terms.Telemetry);
        _consumers = new ConsumerDesk(new DeliveryOrigin(terms.Topic, terms.Group, terms.Serializer, Self, terms.Telemetry), _meter, _logger);
        _members = new GroupMembers(terms, _machine, _claims, _meter, _consumers, Context, Step);
        ReceiveAnswers();
        ReceiveHints();
        ReceiveConsumers();
        ReceiveGroup();
        ReceiveResults();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(SubscriptionTerms terms, Stores stores, ClaimBook book, Liveness liveness, Guid? node, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new SubscriptionActor(terms, stores, book, liveness, node, time));

    protected override void PreStart()
    {
        (_timer, _opening) = (new TickTimer(Timers, _clock), new OpenTimer(Timers, _clock));
        Self.Tell(OpenTimer.Open.Instance);
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        _claims.Own(null);
        _machine.Own(owned: false, _claims.Position, _clock.Now); // what is still held is nobody's now: the node's next beats find it
        Perform();
        _consumers.Close();
        _meter.Close();
        _measures.Leave();
    }

    private void ReceiveAnswers()
    {
        Receive<IAnswer>(Take);
        Receive<SettleAll>(m => Step(now => m.Give(_meter, now)));
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
        Receive<Detach>(_members.Leave);
        Receive<Terminated>(m =>
        {
            Context.Parent.Tell(new ConsumerGone(m.ActorRef));
            _members.Stopped(m.ActorRef);
        });
        Receive<StopClaiming>(_ =>
        {
            _draining = true;
            Step(_machine.Drain);
        });
        Receive<GiveBack>(_ =>
        {
            _members.LeaveAll();
            Step(_ => { });
        });
        Receive<AwaitIdle>(m =>
        {
            _idle.Add(Sender, m.Tail);
            Step(_ => { });
        });
    }

    private void ReceiveGroup()
    {
        Receive<OpenTimer.Open>(_ => _link.Look());
        Receive<LookAgain>(_ => Step(_machine.Recheck));
        Receive<VersionLearnt>(m =>
        {
            _measures.Tell(_machine);
            _link.Learn(m.Version ?? -1);
        });
        Receive<TopicGone>(_ => _link.Learn(-1));
        Receive<GroupLink.Read>(Learn);
        Receive<GroupLink.ReadFailed>(m =>
        {
            _link.Ended(succeeded: false);
            Retry(m.Why);
        });
    }

    private void ReceiveResults()
    {
        Receive<GroupCalls.IResult>(m => m.Epoch != _claims.Epoch, _ => { }); // of a time before this node lost its registration
        Receive<GroupCalls.IResult>(m =>
        {
            if (m is GroupCalls.IFailure failure)
                _logger.Debug("A call for group {0} of {1} failed: {2}", _terms.Group, _terms.Topic, failure.Why);
            if (m is GroupCalls.ClaimFailed { Kind: FaultKind.Gone })
                _link.Learn(-1); // the group may be gone, or this node's registration: the one is found here, the other by the next beat
            Step(now => m.Tell(_results, now));
        });
    }

    private void Learn(GroupLink.Read read)
    {
        var before = _link.Take(read);
        Context.Parent.Tell(new HealthChanged(null));
        _opening.Succeeded();
        if (read.Group is not { } group || (before is not null && before.Key != group.Key)) // one of its name that was made since is another
            End("The group was dropped.");
        else if (before is null)
            Begin(group);
        else if (before.Version != group.Version)
            Change(before, group);
    }

    private void Begin(GroupState group)
    {
        _claims.Stand(group);
        _measures.Serve(group.Key);
        Adopt(group, _clock.Now);
        Context.Parent.Tell(new Interested(group.Key.Topic, group.Key));
        if (group.Created && _terms.From is StartFrom.AtOffset wanted && wanted.Value < group.Floor)
        {
            _logger.Warning("Group {0} of {1} was to start at {2}; history begins at {3}", _terms.Group, _terms.Topic, wanted.Value, group.Floor);
            _consumers.Broadcast(new HistoryTrimmed(_terms.Topic, _terms.Group, wanted.Value, group.Floor));
        }

        _members.Stand();
        Own();
    }

    // Another node, or another member here, has changed the group's row; or this one has.
    private void Change(GroupState before, GroupState group)
    {
        _link.Tell(before, _logger);
        var moved = group.Generation != before.Generation;
        if (moved)
            _claims.Stand(group);

        Step(now =>
        {
            Adopt(group, now);
            if (moved)
                _machine.Sought(group.Generation, group.Position, now);
        });
    }

    private void Adopt(GroupState group, TimeSpan now)
    {
        _machine.Change(group.Rules);
        _consumers.AckDeadline = group.Rules.AckDeadline;
        _machine.Pause(group.Paused, now);
    }

    private void End(string why)
    {
        _claims.Own(null);
        Step(now => _machine.Own(owned: false, _claims.Position, now));
        _over = true;
        Context.Parent.Tell(new Over(_consumers.All)); // before they know: whoever subscribes again at once must not be taken for a member
        _consumers.Broadcast(new SubscriptionEnded(_terms.Topic, _terms.Group, why));
    }

    private void Retry(string why)
    {
        if (_opening.Failed())
            _logger.Warning("Group {0} of {1} can't be {2}: {3}", _terms.Group, _terms.Topic, _link.State is null ? "opened yet" : "read", why);
        Context.Parent.Tell(new HealthChanged(why));
    }

    private void Own()
    {
        if (_over)
            return;
        _claims.Own(_node);
        Step(now => _machine.Own(_node is not null && _link.State is not null, _claims.Position, now));
    }

    private void Join(Attach attach)
    {
        if (_over || _consumers.NumberOf(attach.Consumer) is not null)
            return;
        if (attach.Rules is { } rules)
            _link.Want(rules);
        _members.Join(attach);
    }

    private void Take(IAnswer answer)
    {
        LookAtLiveness();
        _consumers.Take(answer, Sender, _clock.Now);
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
            var effect = _machine.Effects[i];
            if (!_calls.Perform(effect) && !_consumers.Perform(effect))
                Perform(effect);
        }

        _machine.Effects.Clear();
        _meter.Tell();
        _measures.Tell(_machine);
        _timer.Set(_machine.NextTick);
        if (_idle.Any)
            _idle.Look(_machine.IsIdleAt);
    }

    private void Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.AskPermit:
                Context.Parent.Tell(PermitWanted.Instance);
                break;
            case DeliveryEffect.ReturnPermit:
                Context.Parent.Tell(PermitReturned.Instance);
                break;
            case DeliveryEffect.Dropped e:
                _logger.Warning("Group {0} of {1} keeps no dead letters: the event at {2} was dropped after {3} attempts", _terms.Group, _terms.Topic, e.Offset, e.Attempts);
                break;
            case DeliveryEffect.Left e:
                _members.Forget(e.Consumer);
                break;
            case DeliveryEffect.Done:
                if (_draining)
                    _members.TellThatNodeStops();
                Context.Parent.Tell(Finished.Instance);
                break;
        }
    }
}
