using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Telemetry;

namespace PgPubSub.Actors.Handlers;

/// <summary>Runs an application's handlers for the deliveries of a group.</summary>
internal sealed class HandlerActor : ReceiveActor, IWithTimers
{
    private const string SubscribeKey = "subscribe", TallyKey = "tally";

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly IActorRef _hub;
    private readonly HandlerTerms _terms;
    private readonly HandlerRoutes _routes;
    private readonly Dictionary<Delivery, RunningHandler> _running = [];
    private readonly LinkedList<(Delivery Delivery, HandlerRoute Route)> _waiting = new();
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private HandlerOutages _outages = null!;
    private long _unhandled, _refused;

    public HandlerActor(IActorRef hub, HandlerTerms terms, HandlerRoutes routes)
    {
        (_hub, _terms, _routes) = (hub, terms, routes);
        Receive<Subscribe>(m => _hub.Tell(m));
        Receive<Subscribed>(m => _logger.Info("Group {0} of {1} is handled here", m.Group, m.Topic));
        Receive<SubscribeRejected>(m =>
        {
            _logger.Error("The subscription to group {0} of {1} was rejected: {2}", m.Group, m.Topic, m.Reason);
            if (m.CanRetry)
                Timers.StartSingleTimer(SubscribeKey, _terms.Subscribe, Again);
        });
        Receive<Delivery>(Take);
        Receive<Handled>(End);
        Receive<DeliveryRevoked>(m => Revoke(m.Delivery));
        Receive<AnswerRefused>(_ =>
        {
            _refused++;
            Tally();
        });
        Receive<TellTally>(_ => LogTally());
        Receive<HandlerOutages.Over>(m => _outages.End(m));
        // To come back by itself would make a group anew that somebody has just dropped, and handle all history again.
        Receive<SubscriptionEnded>(m => m.NodeStops, _ => { });
        Receive<SubscriptionEnded>(m => _logger.Warning("Group {0} of {1} is not handled here any more until the host starts anew: {2}", m.Group, m.Topic, m.Reason));
        Receive<HistoryTrimmed>(m => _logger.Warning("History of {0} from {1} to {2} was trimmed before it was handled", m.Topic, m.From, m.To));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef hub, HandlerTerms terms, HandlerRoutes routes) => Akka.Actor.Props.Create(() => new HandlerActor(hub, terms, routes));

    protected override void PreStart()
    {
        _outages = new HandlerOutages(_terms, Timers, _logger);
        _hub.Tell(_terms.Subscribe);
    }

    protected override void PostStop()
    {
        foreach (var running in _running.Values)
            running.Cancel();
        LogTally();
    }

    private void Take(Delivery delivery)
    {
        if (_routes.Of(delivery.Type) is { } route)
        {
            _waiting.AddLast((delivery, route));
            Run();
            return;
        }

        delivery.Settle(_terms.OnUnhandledType is UnhandledType.Skip ? delivery.Ack() : delivery.DeadLetter("No handler takes the event's type."));
        _unhandled++;
        Tally();
    }

    // A handler that goes on although its token was cancelled keeps its place: the limit is a limit.
    private void Run()
    {
        while (_running.Count < _terms.Subscribe.Window && _waiting.First is { Value: var (delivery, route) })
        {
            _waiting.RemoveFirst();
            delivery.BeginHandling();
            var running = new RunningHandler(delivery, _logger);
            _running.Add(delivery, running);
            var stop = running.Token;
            Task.Run(() => HandleAsync(delivery, route, stop), CancellationToken.None).PipeTo(Self, Self); // a handler may block from its first instruction
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

    private async Task<Handled> HandleAsync(Delivery delivery, HandlerRoute route, CancellationToken stop)
    {
        IHandling? handling = null;
        var (failure, refused, began) = (default(Exception), default(AnswerRefused), SubscriptionTelemetry.BeginHandling());
        if (delivery.Span is { } span)
            Activity.Current = span; // what the handler does is done in the delivery's trace; it is over with this method
        try
        {
            var value = delivery.As(route.Type);
            handling = await route.Source.OpenAsync();
            if (_terms.Settlement is Settlement.AckOnReceipt)
                refused = await delivery.SettleAsync(delivery.Ack(), Timeout.InfiniteTimeSpan, stop) as AnswerRefused;
            if (refused is null)
                await handling.HandleAsync(value, delivery, stop);
        }
        catch (Exception e)
        {
            failure = e;
        }

        failure = await DoneAsync(handling, failure);
        delivery.Telemetry?.Handled(began, failure);
        return new Handled(delivery, route, failure, refused);
    }

    // What a handler was made of ends before the answer, and what that throws counts like a failure of its own.
    private static async Task<Exception?> DoneAsync(IHandling? handling, Exception? failure)
    {
        try
        {
            if (handling is not null)
                await handling.DisposeAsync();
            return failure;
        }
        catch (Exception e)
        {
            return failure ?? e;
        }
    }

    private void End(Handled handled)
    {
        var delivery = handled.Delivery;
        if (_running.Remove(delivery, out var running))
            running.End();
        if (handled.Failure is HandlerUnavailableException unavailable)
            _outages.Failed(unavailable);
        else if (handled is { Class: { } made, Failure: not EventUnreadableException })
            _outages.Made(made); // of an event that can't be read no handler was made
        if (!delivery.IsAnswered)
            Answer(delivery, handled.Failure);
        else if (handled.Failure is { } failure)
            _logger.Warning("A handler of {0} failed at {1} after the event was answered: {2}\n{3}", delivery.Topic, delivery.Offset, failure.GetType(), failure.StackTrace);
        else if (handled.Refused is { OutcomeUnknown: true })
            _logger.Warning("The event of {0} at {1} was not handled: whether its ack was committed is not known", delivery.Topic, delivery.Offset);
        Run();
    }

    private void Answer(Delivery delivery, Exception? failure)
    {
        if (failure is EventUnreadableException unreadable)
            delivery.Settle(delivery.DeadLetter(unreadable.Message)); // it would not be readable the next time either
        else if (failure is HandlerUnavailableException unavailable)
            delivery.Settle(delivery.Nack(unavailable.Message));
        else if (failure is not null)
            delivery.Settle(delivery.Nack($"{failure.GetType().Name}: {failure.Message}")); // the application's own text: it goes to the database, never to a log
        else if (_terms.Settlement is not Settlement.Explicit)
            delivery.Settle(delivery.Ack());
    }

    private void Tally()
    {
        if (!Timers.IsTimerActive(TallyKey))
            Timers.StartSingleTimer(TallyKey, TellTally.Instance, Again);
    }

    // One line for all that has gathered: never one for each message.
    private void LogTally()
    {
        if (_unhandled + _refused > 0)
            _logger.Debug("Group {0} of {1}: {2} events had no handler, {3} answers came too late", _terms.Subscribe.Group, _terms.Subscribe.Topic, _unhandled, _refused);
        (_unhandled, _refused) = (0, 0);
    }

    // A class, since a record would show the failure's text.
    private sealed class Handled(Delivery delivery, HandlerRoute route, Exception? failure, AnswerRefused? refused) : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public Delivery Delivery { get; } = delivery;

        public Type? Class { get; } = route.Source.Class;

        public Exception? Failure { get; } = failure;

        public AnswerRefused? Refused { get; } = refused;
    }

    private sealed record TellTally
    {
        public static readonly TellTally Instance = new();
    }
}
