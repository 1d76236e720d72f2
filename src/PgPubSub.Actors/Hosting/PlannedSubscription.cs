using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Hosting;
using PgPubSub.Actors.Handlers;
using PgPubSub.Actors.Payloads;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors;

/// <summary>What a planned subscription starts in.</summary>
internal sealed record HostStart(ActorSystem System, IActorRegistry Registry, IDependencyResolver Resolver, StartedHub Hub);

/// <summary>A group's member that a host is to start.</summary>
internal abstract class PlannedSubscription
{
    private readonly string _topic, _group;
    private readonly HandlerTerms? _terms;

    /// <summary>Reads the options once.</summary>
    protected PlannedSubscription(string topic, string group, Action<HandlerOptions>? configure, string? instance)
    {
        (_topic, _group, Instance) = (topic, group, instance ?? PgPubSubHub.DefaultInstance);
        configure?.Invoke(Options);
        OptionProblems = Options.Problems(topic, group);
        _terms = OptionProblems.Count == 0 ? Options.Freeze(topic, group) : null;
    }

    public string Instance { get; }

    protected HandlerOptions Options { get; } = new();

    protected IReadOnlyList<string> OptionProblems { get; }

    /// <summary>Once it is known that nothing is wrong.</summary>
    protected HandlerTerms Terms => _terms!;

    public string Label(int number)
    {
        var what = (NameRule.Problem("topic", _topic) ?? NameRule.Problem("group", _group)) is null ? $"Group '{_group}' of topic '{_topic}'" : $"Subscription number {number}";
        return Instance == PgPubSubHub.DefaultInstance ? what : InstanceName.Problem(Instance) is null ? $"{what} of instance '{Instance}'" : $"{what} of another instance";
    }

    /// <summary>What is wrong, but for its instance.</summary>
    /// <param name="types">The instance's event types; null where they are not known.</param>
    /// <param name="services">The host's services.</param>
    public abstract IEnumerable<string> Problems(EventTypeMap? types, IServiceProvider services);

    public abstract void Start(HostStart start);
}
