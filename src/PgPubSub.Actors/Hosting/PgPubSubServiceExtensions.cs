using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace PgPubSub.Actors;

/// <summary>Registers what code outside actors asks its services for.</summary>
public static class PgPubSubServiceExtensions
{
    /// <summary>
    /// Registers <see cref="IPgPubSubPublisher"/>: without a key it publishes to the default instance, by a key to the instance of that name
    /// (<c>[FromKeyedServices("billing")] IPgPubSubPublisher</c>). A second call changes nothing.
    /// </summary>
    /// <param name="services">The services of a host whose <c>AddAkka</c> calls <c>WithPgPubSub</c>.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddPgPubSubPublisher(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<IPgPubSubPublisher>(provider => Of(provider, PgPubSubHub.DefaultInstance));
        services.TryAddKeyedSingleton<IPgPubSubPublisher>(KeyedService.AnyKey, (provider, key) => Of(provider, key as string
            ?? throw new InvalidOperationException("The key of an IPgPubSubPublisher is the name of an instance, a string.")));
        return services;
    }

    private static HubPublisher Of(IServiceProvider provider, string name)
    {
        var system = provider.GetService<ActorSystem>()
            ?? throw new InvalidOperationException("An IPgPubSubPublisher needs an actor system: call AddAkka, and WithPgPubSub in it.");
        var hubs = HubDirectory.Of(system);
        // Where no WithPgPubSub says that the start is over, the host does.
        provider.GetService<IHostApplicationLifetime>()?.ApplicationStarted.Register(hubs.StartIsOver);
        return new HubPublisher(hubs, name);
    }
}
