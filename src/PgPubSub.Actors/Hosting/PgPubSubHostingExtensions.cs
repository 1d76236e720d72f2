using Akka.Hosting;
using Microsoft.Extensions.Configuration;

namespace PgPubSub.Actors;

/// <summary>Registers PgPubSub with Akka.Hosting.</summary>
/// <remarks>
/// What is wrong with instances and subscriptions is told when the host starts, before anything of it is started: one <see cref="PgPubSubConfigurationException"/> lists every problem
/// of all of them.
/// </remarks>
public static class PgPubSubHostingExtensions
{
    /// <summary>Starts an instance in this actor system. Nothing is connected before the host starts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="name">The instance's name; only the default instance stands in the actor registry, others are found by <see cref="PgPubSubHub.For"/>.</param>
    /// <returns>The builder.</returns>
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
        return HostPlan.Of(builder).Add(new PlannedInstance(name, options));
    }

    /// <summary>
    /// Starts an instance whose options stand in the host's configuration, each under its name; times as <c>00:00:30</c>. A key that is no option, and a value that can't be read, keep
    /// the host from starting.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section; read once.</param>
    /// <param name="configure">Sets what the configuration does not, or sets it otherwise.</param>
    /// <param name="name">The instance's name.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder WithPgPubSub(
        this AkkaConfigurationBuilder builder, IConfiguration section, Action<PgPubSubOptions>? configure = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        var options = new PgPubSubOptions();
        var problems = ConfiguredOptions.Read(section, options);
        configure?.Invoke(options);
        if (section is IConfigurationSection { Path: var path } wanted && !wanted.Exists() && DatabaseWays.Set(options).Count == 0)
            problems = [$"The configuration has no section {path}."];
        return HostPlan.Of(builder).Add(new PlannedInstance(name, options, problems));
    }
}
