using Akka.Hosting;
using PgPubSub.Actors.Handlers;

namespace PgPubSub.Actors;

/// <summary>Registers PgPubSub with Akka.Hosting.</summary>
public static class PgPubSubHostingExtensions
{
    /// <summary>Starts an instance in this actor system. Nothing is connected before the host starts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="name">The instance's name; only the default instance stands in the actor registry, others are found by <see cref="PgPubSubHub.For"/>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="PgPubSubConfigurationException">The options are not usable; lists every problem.</exception>
    public static AkkaConfigurationBuilder WithPgPubSub(this AkkaConfigurationBuilder builder, Action<PgPubSubOptions> configure, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new PgPubSubOptions();
        configure(options);
        return builder.WithPgPubSub(options, name);
    }

    /// <inheritdoc cref="WithPgPubSub(AkkaConfigurationBuilder, Action{PgPubSubOptions}, string?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="options">The options; read once.</param>
    /// <param name="name">The instance's name.</param>
    public static AkkaConfigurationBuilder WithPgPubSub(this AkkaConfigurationBuilder builder, PgPubSubOptions options, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var settings = options.Freeze(); // fail while the host is still being built
        var instance = name ?? PgPubSubHub.DefaultInstance;
        return builder.WithActors((system, registry) =>
        {
            var hub = PgPubSubHub.Start(system, options, settings, instance);
            if (instance == PgPubSubHub.DefaultInstance)
                registry.Register<PgPubSubHub>(hub);
        });
    }

    /// <summary>Handles a group's events without an actor: success acks, an exception nacks, unless the options say otherwise. Call it after <c>WithPgPubSub</c>. A group or topic that is dropped meanwhile is handled again when the host starts anew.</summary>
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
    /// <exception cref="PgPubSubConfigurationException">The topic, the group or an option is not usable; lists every problem.</exception>
    public static AkkaConfigurationBuilder WithPgSubscription<T>(
        this AkkaConfigurationBuilder builder, string topic, string group, Func<T, Delivery, CancellationToken, Task> handler,
        Action<HandlerOptions>? configure = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var options = new HandlerOptions();
        configure?.Invoke(options);
        var terms = options.Freeze(topic, group);
        return builder.WithActors((system, _) =>
            system.ActorOf(HandlerActor.Props(PgPubSubHub.For(system, name), terms, HandlerRoutes.Every(handler))));
    }

    /// <summary>Handles a group's events without an actor, each type of event by a handler of its own. Call it after <c>WithPgPubSub</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="topic">The topic; made on first use.</param>
    /// <param name="group">The group.</param>
    /// <param name="handlers">Names the handlers. What none of them takes is treated as <see cref="HandlerOptions.OnUnhandledType"/> says.</param>
    /// <param name="configure">Sets concurrency, start, rules, settlement and what becomes of other types.</param>
    /// <param name="name">The instance's name.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="PgPubSubConfigurationException">
    /// The topic, the group or an option is not usable; lists every problem. What is wrong with the handlers is thrown when the actor system starts, since it depends
    /// on the instance's registered types.
    /// </exception>
    public static AkkaConfigurationBuilder WithPgSubscription(
        this AkkaConfigurationBuilder builder, string topic, string group, Action<EventHandlers> handlers,
        Action<HandlerOptions>? configure = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        var (all, options) = (new EventHandlers(), new HandlerOptions());
        handlers(all);
        configure?.Invoke(options);
        var terms = options.Freeze(topic, group);
        return builder.WithActors((system, _) =>
        {
            var (hub, types) = HubDirectory.Of(system).Find(name ?? PgPubSubHub.DefaultInstance);
            system.ActorOf(HandlerActor.Props(hub, terms, RouteSearch.Of(all.All, types)));
        });
    }
}
