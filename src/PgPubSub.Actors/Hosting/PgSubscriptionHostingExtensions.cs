using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Hosting;
using PgPubSub.Actors.Handlers;

namespace PgPubSub.Actors;

/// <summary>Subscribes handlers and actors of a host to groups. What is wrong is told when the host starts, as by <see cref="PgPubSubHostingExtensions"/>.</summary>
public static class PgSubscriptionHostingExtensions
{
    /// <summary>Handles a group's events without an actor: success acks, an exception nacks, unless the options say otherwise. A group or topic that is dropped meanwhile is handled again when the host starts anew.</summary>
    /// <typeparam name="T">What every event is read as, whatever its type's name. One whose data can't be read as it becomes a dead letter at once.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="topic">The topic; made on first use.</param>
    /// <param name="group">The group.</param>
    /// <param name="handler">
    /// The handler. Its token is cancelled when the message's deadline passes, its lease is lost or the host stops.
    /// </param>
    /// <param name="configure">Sets concurrency, start, rules and settlement.</param>
    /// <param name="name">The instance's name.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder WithPgSubscription<T>(
        this AkkaConfigurationBuilder builder, string topic, string group, Func<T, Delivery, CancellationToken, Task> handler,
        Action<HandlerOptions>? configure = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return HostPlan.Of(builder).Add(new PlannedHandlers(topic, group, [HandlerRoute.Of(handler)], everyEvent: true, configure, name));
    }

    /// <summary>
    /// Handles a group's events with objects of a class, one for each delivery, made in a scope of its own of the host's services. One that can't be made nacks its delivery with a reason
    /// that names the class.
    /// </summary>
    /// <typeparam name="T">What every event is read as, whatever its type's name.</typeparam>
    /// <typeparam name="THandler">The class; it need not be registered.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="topic">The topic; made on first use.</param>
    /// <param name="group">The group.</param>
    /// <param name="configure">Sets concurrency, start, rules and settlement.</param>
    /// <param name="name">The instance's name.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder WithPgSubscription<T, THandler>(
        this AkkaConfigurationBuilder builder, string topic, string group, Action<HandlerOptions>? configure = null, string? name = null)
        where THandler : class, IEventHandler<T> =>
        HostPlan.Of(builder).Add(new PlannedHandlers(topic, group, [HandlerRoute.Of<T, THandler>()], everyEvent: true, configure, name));

    /// <summary>Handles a group's events without an actor, each type of event by a handler of its own.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="topic">The topic; made on first use.</param>
    /// <param name="group">The group.</param>
    /// <param name="handlers">Names the handlers. What none of them takes is treated as <see cref="HandlerOptions.OnUnhandledType"/> says.</param>
    /// <param name="configure">Sets concurrency, start, rules, settlement and what becomes of other types.</param>
    /// <param name="name">The instance's name.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder WithPgSubscription(
        this AkkaConfigurationBuilder builder, string topic, string group, Action<EventHandlers> handlers,
        Action<HandlerOptions>? configure = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        var all = new EventHandlers();
        handlers(all);
        return HostPlan.Of(builder).Add(new PlannedHandlers(topic, group, [.. all.All], everyEvent: false, configure, name));
    }

    /// <summary>
    /// Starts an actor and subscribes it as a group's member; where that is rejected and a retry can help, it is asked for again. The actor gets <see cref="Delivery"/> messages and
    /// answers each one's sender. When it restarts it stays subscribed; when it stops it has left the group.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="topic">The topic; made on first use.</param>
    /// <param name="group">The group.</param>
    /// <param name="props">What the actor is made of.</param>
    /// <param name="configure">
    /// Sets start, rules and, as <see cref="HandlerOptions.Concurrency"/>, the most deliveries that the actor holds unanswered. Who settles, and what becomes of types, is the actor's own.
    /// </param>
    /// <param name="name">The instance's name.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder WithPgSubscription(
        this AkkaConfigurationBuilder builder, string topic, string group, Props props, Action<HandlerOptions>? configure = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        return HostPlan.Of(builder).Add(new PlannedMember(topic, group, _ => props, configure, name));
    }

    /// <inheritdoc cref="WithPgSubscription(AkkaConfigurationBuilder, string, string, Props, Action{HandlerOptions}?, string?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="topic">The topic; made on first use.</param>
    /// <param name="group">The group.</param>
    /// <param name="props">Makes what the actor is made of; the resolver gives it the host's services.</param>
    /// <param name="configure">Sets start, rules and the most deliveries that the actor holds unanswered.</param>
    /// <param name="name">The instance's name.</param>
    public static AkkaConfigurationBuilder WithPgSubscription(
        this AkkaConfigurationBuilder builder, string topic, string group, Func<ActorSystem, IActorRegistry, IDependencyResolver, Props> props,
        Action<HandlerOptions>? configure = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        return HostPlan.Of(builder).Add(new PlannedMember(topic, group, start => props(start.System, start.Registry, start.Resolver), configure, name));
    }
}
