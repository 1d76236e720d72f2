using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>One group of one topic on this node: turns messages into inputs of its machine and effects into I/O; decides nothing.</summary>
internal sealed class SubscriptionActor : ReceiveActor, IWithTimers
{
    private const string OpenKey = "open";

    private readonly GroupSpec _spec;
    private readonly Stores _stores;
    private readonly ClaimBook _book;
    private readonly MachineClock _clock;
    private readonly DeliveryMachine _machine;
    private readonly ConsumerDesk _consumers;
    private readonly Backoff _opening = Backoff.OfStore();
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly List<IActorRef> _unanswered = [];
    private TickTimer _timer = null!;
    private GroupState? _group;
    private Guid? _node;
    private int _epoch;
    private long _generation, _position;
    private ClaimRequest? _claim;

    public SubscriptionActor(GroupSpec spec, Stores stores, ClaimBook book, Guid? node, bool suspended, TimeProvider time)
    {
        (_spec, _stores, _book, _node, _clock) = (spec, stores, book, node, new MachineClock(time));
        _machine = new DeliveryMachine(spec.Rules, PgPubSubSettings.PageBytes);
        _consumers = new ConsumerDesk(spec.Topic, spec.Group, Self);
        _machine.Suspend(suspended, _clock.Now);
        ReceiveAnswers();
        ReceiveHints();
        ReceiveResults();
        Receive<Attach>(Join);
        Receive<Detach>(m => Leave(m.Consumer));
        Receive<Terminated>(m =>
        {
            Context.Parent.Tell(new ConsumerGone(m.ActorRef));
            Leave(m.ActorRef);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(GroupSpec spec, Stores stores, ClaimBook book, Guid? node, bool suspended, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new SubscriptionActor(spec, stores, book, node, suspended, time));

    protected override void PreStart()
    {
        _timer = new TickTimer(Timers, _clock);
        Self.Tell(Open.Instance);
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        _machine.Own(owned: false, _position, _clock.Now); // whatever is still held is nobody's now: the node's next beats find it
        Perform();
    }

    private void ReceiveAnswers()
    {
        Receive<Ack>(m => Step(m, static (machine, m, asker, now) => machine.Ack(m.Id, m.Confirm ? asker : null, now)));
        Receive<Nack>(m => Step(m, static (machine, m, asker, now) => machine.Nack(m.Id, m.Reason, m.Delay, m.Confirm ? asker : null, now)));
        Receive<Extend>(m => Step(m, static (machine, m, _, now) => machine.Extend(m.Id, m.Time, now)));
    }

    private void ReceiveHints()
    {
        Receive<TickTimer.Tick>(_ =>
        {
            _timer.Rang();
            Step(now => _machine.Tick(now));
        });
        Receive<Wakeup>(m => Step(now => _machine.Wake(m.Tail, now)));
        Receive<RetriesWakeup>(m => Step(now => _machine.WakeRetries(m.Suspects, now)));
        Receive<PermitGranted>(_ => Step(_machine.SuspectGranted));
        Receive<NodeBecame>(m =>
        {
            _node = m.Node;
            Own();
        });
        Receive<NodeSuspended>(m => Step(now => _machine.Suspend(m.Suspended, now)));
    }

    private void ReceiveResults()
    {
        Receive<Open>(_ => EnsureAsync().Pipe(Self, group => new Opened(group), (_, why) => new OpenFailed(why)));
        Receive<Opened>(m => Begin(m.Group));
        Receive<OpenFailed>(m => Retry(m.Why));
        Receive<ClaimDone>(m => m.Epoch == _epoch, m => Claimed(m.Page));
        Receive<ClaimFailed>(m => m.Epoch == _epoch, m => Step(now =>
        {
            if (m.Kind is not FaultKind.Unknown)
                _book.Remove(_claim!.Token);
            _machine.ClaimFailed(m.Kind, now);
        }));
        Receive<ClaimLost>(m => m.Epoch == _epoch, _ => Step(now =>
        {
            _book.Remove(_claim!.Token);
            _machine.ClaimNotFound(now);
        }));
        Receive<RetriesDone>(m => m.Epoch == _epoch, m => Step(now =>
        {
            if (m.Retries.Count == 0)
                _book.Remove(m.Token);
            if (m.Suspects)
                _machine.SuspectsClaimed(m.Retries, now);
            else
                _machine.RetriesClaimed(m.Retries, now);
        }));
        Receive<RetriesFailed>(m => m.Epoch == _epoch, m => Step(now =>
        {
            _book.Remove(m.Token);
            if (m.Suspects)
                _machine.SuspectsFailed(now);
            else
                _machine.RetriesFailed(now);
        }));
        Receive<SettleDone>(m => m.Epoch == _epoch, m => Step(now => _machine.Settled(m.Result, now)));
        Receive<SettleFailed>(m => m.Epoch == _epoch, m => Step(now => _machine.SettleFailed(m.Kind, now)));
        Receive<IResult>(_ => { }); // of a time before this node lost its registration
    }

    private async Task<GroupState> EnsureAsync()
    {
        var topic = await _stores.Log.EnsureTopicAsync(_spec.Topic, _stop.Token);
        return await _stores.Subscriptions.EnsureGroupAsync(topic.Id, _spec.Group, _spec.From, _spec.Rules, _stop.Token);
    }

    private void Begin(GroupState group)
    {
        _group = group;
        (_generation, _position) = (group.Generation, group.Position);
        _opening.Clear();
        Context.Parent.Tell(new Interested(group.Key.Topic, group.Key));
        if (group.Created && _spec.From is StartFrom.AtOffset wanted && wanted.Value < group.Floor)
            _consumers.Broadcast(new HistoryTrimmed(_spec.Topic, _spec.Group, wanted.Value, group.Floor));
        foreach (var asker in _unanswered)
            asker.Tell(new Subscribed(_spec.Topic, _spec.Group, _position));
        _unanswered.Clear();
        Own();
    }

    private void Retry(string why)
    {
        _logger.Warning("Group {0} of {1} can't be opened yet: {2}", _spec.Group, _spec.Topic, why);
        Context.Parent.Tell(new HealthChanged(why));
        var now = _clock.Now;
        _opening.Fail(now);
        Timers.StartSingleTimer(OpenKey, Open.Instance, _opening.Until!.Value - now);
    }

    private void Own()
    {
        _epoch++;
        if (_claim is not null)
            _book.Remove(_claim.Token);
        Step(now => _machine.Own(_node is not null && _group is not null, _position, now));
    }

    private void Join(Attach attach)
    {
        if (_consumers.NumberOf(attach.Consumer) is null)
        {
            Context.Watch(attach.Consumer);
            var number = _consumers.Add(attach.Consumer, attach.Window);
            if (attach.Asker is not null && _group is null)
                _unanswered.Add(attach.Asker);
            else
                attach.Asker?.Tell(new Subscribed(_spec.Topic, _spec.Group, _position));
            Step(now => _machine.Join(number, attach.Window, now));
        }
    }

    private void Leave(IActorRef consumer)
    {
        if (_consumers.NumberOf(consumer) is not { } number)
            return;
        Context.Unwatch(consumer);
        _consumers.Remove(number);
        Step(now => _machine.Leave(number, now));
    }

    private void Claimed(ClaimedPage page)
    {
        (_generation, _position) = (page.Generation, page.Hi);
        if (page.IsEmpty)
            _book.Remove(page.Token);
        if (page.Lo > page.From)
            _logger.Warning("Group {0} of {1}: history from {2} to {3} was trimmed before it was claimed", _spec.Group, _spec.Topic, page.From, page.Lo);
        Step(now => _machine.Claimed(page, now));
    }

    private void Step<TAnswer>(TAnswer answer, Func<DeliveryMachine, TAnswer, IActorRef, TimeSpan, bool> step)
    {
        if (!step(_machine, answer, Sender, _clock.Now) && answer is not Ack { Confirm: true } and not Nack { Confirm: true })
            Sender.Tell(new AnswerRefused("The delivery is not the consumer's any more, was answered before, or never was.", OutcomeUnknown: false));
        Perform();
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
            if (!_consumers.Perform(_machine.Effects[i]))
                Perform(_machine.Effects[i]);
        }

        _machine.Effects.Clear();
        _timer.Set(_machine.NextTick);
    }

    private void Perform(DeliveryEffect effect)
    {
        var (self, epoch) = (Self, _epoch);
        switch (effect)
        {
            case DeliveryEffect.Claim e:
                _claim = new ClaimRequest(_group!.Value.Key, _node!.Value, Guid.CreateVersion7(), e.Most, PgPubSubSettings.PageBytes, _generation, _position);
                _book.Add(_claim.Token);
                _stores.Deliveries.ClaimAsync(_claim).Pipe(self, page => new ClaimDone(epoch, page), (kind, _) => new ClaimFailed(epoch, kind));
                break;
            case DeliveryEffect.FindClaim:
                _stores.Deliveries.FindClaimAsync(_claim!).Pipe(
                    self, page => page is null ? new ClaimLost(epoch) : new ClaimDone(epoch, page), (_, _) => new ClaimFailed(epoch, FaultKind.Unknown));
                break;
            case DeliveryEffect.ClaimRetries e:
                ClaimRetries(e.Most, suspects: false);
                break;
            case DeliveryEffect.ClaimSuspect:
                ClaimRetries(1, suspects: true);
                break;
            case DeliveryEffect.AskPermit:
                Context.Parent.Tell(PermitWanted.Instance);
                break;
            case DeliveryEffect.ReturnPermit:
                Context.Parent.Tell(PermitReturned.Instance);
                break;
            case DeliveryEffect.Settle e:
                _stores.Deliveries.SettleAsync(_group!.Value.Key, _node!.Value, e.Batch.Leases, e.Batch.Retries)
                    .Pipe(self, result => new SettleDone(epoch, result), (kind, _) => new SettleFailed(epoch, kind));
                break;
            case DeliveryEffect.Release e:
                _book.Remove(e.Token);
                break;
            case DeliveryEffect.Done:
                Context.Parent.Tell(Finished.Instance);
                break;
        }
    }

    private void ClaimRetries(int most, bool suspects)
    {
        var (token, epoch) = (Guid.CreateVersion7(), _epoch);
        _book.Add(token);
        _stores.Deliveries.ClaimRetriesAsync(_group!.Value.Key, _node!.Value, token, most, suspects)
            .Pipe(Self, retries => new RetriesDone(epoch, token, retries, suspects), (_, _) => new RetriesFailed(epoch, token, suspects));
    }

    private interface IResult
    {
        int Epoch { get; }
    }

    private sealed record Open
    {
        public static readonly Open Instance = new();
    }

    private sealed record Opened(GroupState Group);

    private sealed record OpenFailed(string Why);

    private sealed record ClaimDone(int Epoch, ClaimedPage Page) : IResult;

    private sealed record ClaimFailed(int Epoch, FaultKind Kind) : IResult;

    private sealed record ClaimLost(int Epoch) : IResult;

    private sealed record RetriesDone(int Epoch, Guid Token, IReadOnlyList<ClaimedRetry> Retries, bool Suspects) : IResult;

    private sealed record RetriesFailed(int Epoch, Guid Token, bool Suspects) : IResult;

    private sealed record SettleDone(int Epoch, SettleResult Result) : IResult;

    private sealed record SettleFailed(int Epoch, FaultKind Kind) : IResult;
}
