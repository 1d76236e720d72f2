using Akka.Actor;
using Akka.Event;

namespace PgPubSub.Actors.Handlers;

/// <summary>Runs an application's handler for each delivery of a group.</summary>
internal sealed class HandlerActor<T> : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly IActorRef _hub;
    private readonly Subscribe _subscribe;
    private readonly Func<T, Delivery, CancellationToken, Task> _handler;
    private readonly Dictionary<Delivery, CancellationTokenSource> _running = [];
    private readonly LinkedList<(Delivery Delivery, IActorRef Subscription)> _waiting = new();
    private readonly ILoggingAdapter _logger = Context.GetLogger();

    public HandlerActor(IActorRef hub, Subscribe subscribe, Func<T, Delivery, CancellationToken, Task> handler)
    {
        (_hub, _subscribe, _handler) = (hub, subscribe, handler);
        Receive<Subscribe>(m => _hub.Tell(m));
        Receive<Subscribed>(m => _logger.Info("Group {0} of {1} is handled here", m.Group, m.Topic));
        Receive<SubscribeRejected>(m =>
        {
            _logger.Error("The subscription to group {0} of {1} was rejected: {2}", m.Group, m.Topic, m.Reason);
            if (m.CanRetry)
                Timers.StartSingleTimer("subscribe", _subscribe, Again);
        });
        Receive<Delivery>(m =>
        {
            _waiting.AddLast((m, Sender));
            Run();
        });
        Receive<Handled>(Answer);
        Receive<DeliveryRevoked>(m => Revoke(m.Delivery));
        Receive<AnswerRefused>(m => _logger.Debug("An answer was refused: {0}", m.Reason));
        Receive<HistoryTrimmed>(m => _logger.Warning("History of {0} from {1} to {2} was trimmed before it was handled", m.Topic, m.From, m.To));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef hub, Subscribe subscribe, Func<T, Delivery, CancellationToken, Task> handler) =>
        Akka.Actor.Props.Create(() => new HandlerActor<T>(hub, subscribe, handler));

    protected override void PreStart() => _hub.Tell(_subscribe);

    protected override void PostStop()
    {
        foreach (var running in _running.Values)
            running.Cancel();
    }

    // A handler that goes on although its token was cancelled keeps its place: the limit is a limit.
    private void Run()
    {
        while (_running.Count < _subscribe.Window && _waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            Handle(next.Value.Delivery, next.Value.Subscription);
        }
    }

    private void Revoke(Delivery revoked)
    {
        foreach (var (delivery, running) in _running)
        {
            if (delivery.IsSameAs(revoked))
                running.Cancel();
        }

        for (var waiting = _waiting.First; waiting is not null; waiting = waiting.Next)
        {
            if (!waiting.Value.Delivery.IsSameAs(revoked))
                continue;
            _waiting.Remove(waiting);
            return;
        }
    }

    private void Handle(Delivery delivery, IActorRef subscription)
    {
        var running = new CancellationTokenSource();
        _running.Add(delivery, running);
        RunAsync(delivery, running.Token).PipeTo(
            Self, Self,
            success: () => new Handled(delivery, subscription, null),
            failure: e => new Handled(delivery, subscription, e));
    }

    // Off the actor's thread from the first instruction: a handler may block.
    private Task RunAsync(Delivery delivery, CancellationToken stop) =>
        Task.Run(() => _handler(delivery.As<T>(), delivery, stop), CancellationToken.None);

    private void Answer(Handled handled)
    {
        if (_running.Remove(handled.Delivery, out var running))
            running.Dispose();
        handled.Subscription.Tell(handled.Failure is { } failure
            ? handled.Delivery.Nack($"{failure.GetType().Name}: {failure.Message}")
            : handled.Delivery.Ack());
        Run();
    }

    private sealed record Handled(Delivery Delivery, IActorRef Subscription, Exception? Failure);
}
