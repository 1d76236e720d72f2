using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PgPubSub.Actors.HealthChecks;

namespace PgPubSub.Actors;

/// <summary>Adds health checks of PgPubSub.</summary>
public static class PgPubSubHealthExtensions
{
    /// <summary>
    /// Adds one health check for each aspect of an instance: <c>pgpubsub.database</c>, <c>pgpubsub.schema</c>, <c>pgpubsub.listener</c>, <c>pgpubsub.node</c>,
    /// <c>pgpubsub.groups</c> and <c>pgpubsub.obstacles</c>; of a named instance each with <c>.name</c> behind it. All bear the tag <c>pgpubsub</c>, and those that
    /// say whether the node can work also <c>ready</c>. docs/health.md says what each state means and what to do. The instance's actor system is the
    /// one in the service provider, where Akka.Hosting puts it.
    /// </summary>
    /// <param name="builder">The builder that <c>AddHealthChecks</c> returns.</param>
    /// <param name="name">The instance's name; the default instance unless given. One that was never started is unhealthy.</param>
    /// <param name="configure">Sets thresholds.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="PgPubSubConfigurationException">The options are not usable; lists every problem.</exception>
    public static IHealthChecksBuilder AddPgPubSub(this IHealthChecksBuilder builder, string? name = null, Action<PgPubSubHealthOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new PgPubSubHealthOptions();
        configure?.Invoke(options);
        var instance = name ?? PgPubSubHub.DefaultInstance;
        var settings = options.Freeze();
        var probe = new HealthProbe(instance, settings, TimeProvider.System);
        foreach (var aspect in Aspect.All)
        {
            // The probe bounds itself, and tells more than that time ran out: a look's longest time, and a moment to say so.
            builder.Add(new HealthCheckRegistration(
                instance == PgPubSubHub.DefaultInstance ? aspect.Name : $"{aspect.Name}.{instance}",
                services => new AspectCheck(aspect, probe, services.GetService<ActorSystem>()), failureStatus: null, aspect.Tags, settings.Timeout + TimeSpan.FromSeconds(1)));
        }

        return builder;
    }
}
