using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Hosting;

namespace PgPubSub.Actors;

/// <summary>
/// Everything that one actor system is to start, gathered while the host is built and checked as a whole before the first of it starts. Akka.Hosting runs what it
/// registers one after the other, when the host starts.
/// </summary>
internal sealed class HostPlan
{
    private static readonly ConditionalWeakTable<AkkaConfigurationBuilder, HostPlan> Plans = [];

    private readonly AkkaConfigurationBuilder _builder;
    private readonly List<PlannedInstance> _instances = [];
    private readonly List<PlannedSubscription> _subscriptions = [];
    private bool _isChecked;

    private HostPlan(AkkaConfigurationBuilder builder)
    {
        _builder = builder;
        builder.AddStartup((system, _) => HubDirectory.Of(system).StartIsOver());
    }

    public static HostPlan Of(AkkaConfigurationBuilder builder) => Plans.GetValue(builder, static builder => new HostPlan(builder));

    public AkkaConfigurationBuilder Add(PlannedInstance instance)
    {
        _instances.Add(instance);
        return _builder.WithActors((system, registry, resolver) =>
        {
            Check(system, resolver);
            instance.Start(system, registry);
        });
    }

    /// <summary>Its instance is started first where that stands further down.</summary>
    public AkkaConfigurationBuilder Add(PlannedSubscription subscription)
    {
        _subscriptions.Add(subscription);
        return _builder.WithActors((system, registry, resolver) =>
        {
            Check(system, resolver);
            _instances.Find(instance => instance.Name == subscription.Instance)?.Start(system, registry);
            subscription.Start(new HostStart(system, registry, resolver, HubDirectory.Of(system).Find(subscription.Instance)));
        });
    }

    private void Check(ActorSystem system, IDependencyResolver resolver)
    {
        if (_isChecked)
            return;
        var services = resolver.GetService<IServiceProvider>();
        var running = HubDirectory.Of(system);
        string[] problems =
        [
            .. _instances.SelectMany((instance, i) => instance.Problems(services).Select(problem => $"{instance.Label(i + 1)}: {problem}")),
            .. _instances.GroupBy(instance => instance.Name).Where(same => same.Count() > 1).Select(same => $"{same.First().Label(1)}: {same.Count()} instances have this name."),
            .. _instances.Where(instance => running.Started(instance.Name) is not null).Select(instance => $"{instance.Label(1)}: An instance of this name runs already."),
            .. _subscriptions.SelectMany((subscription, i) => Problems(subscription, running, services).Select(problem => $"{subscription.Label(i + 1)}: {problem}")),
        ];
        _isChecked = problems.Length == 0 ? true : throw new PgPubSubConfigurationException(problems);
    }

    private IEnumerable<string> Problems(PlannedSubscription subscription, HubDirectory running, IServiceProvider services)
    {
        var instance = _instances.Find(instance => instance.Name == subscription.Instance);
        var hub = running.Started(subscription.Instance);
        return subscription.Problems(instance?.Types ?? hub?.Types, services).Concat(instance is null && hub is null ? [Unknown(running)] : []);
    }

    private string Unknown(HubDirectory running)
    {
        string[] known = [.. _instances.Where(instance => InstanceName.Problem(instance.Name) is null).Select(instance => instance.Name).Union(running.Names).Order(StringComparer.Ordinal)];
        return "There is no instance of this name; " + (known.Length == 0 ? "there is none at all: call WithPgPubSub." : $"there are: {string.Join(", ", known)}.");
    }
}
