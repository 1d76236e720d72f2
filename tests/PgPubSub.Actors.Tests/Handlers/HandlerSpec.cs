using Akka.Actor;
using PgPubSub.Actors.Handlers;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Handlers;

/// <summary>Handlers of the group g of the topic t.</summary>
public abstract class HandlerSpec : HubSpec
{
    /// <summary>A short deadline, and then again at once, for ever.</summary>
    protected static readonly GroupRules Impatient = new(TimeSpan.FromMilliseconds(300), new RetryRules(0, TimeSpan.Zero, 1, TimeSpan.Zero));

    /// <summary>What failed does not come back while a spec lasts.</summary>
    protected static readonly GroupRules Patient = new(TimeSpan.FromSeconds(30), new RetryRules(5, TimeSpan.FromHours(1), 1, TimeSpan.FromHours(1)));

    protected IActorRef Handle(HandlerOptions options, Func<Number, Delivery, CancellationToken, Task> handler) =>
        Sys.ActorOf(HandlerActor.Props(Hub, options.Freeze("t", "g"), HandlerRoutes.Every(handler)));

    protected Task UntilSettledAsync() => UntilGroupAsync("t", "g", g => g is { Lag: 0, InFlight: 0, Retrying: 0 });
}
