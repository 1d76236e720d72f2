using Akka.Actor;
using Akka.Hosting;
using PgPubSub.Actors.Payloads;

namespace PgPubSub.Actors;

/// <summary>An instance that a host is to start.</summary>
internal sealed class PlannedInstance
{
    private readonly InstanceStores _stores;
    private readonly PgPubSubSettings? _settings;
    private readonly string[] _problems;
    private bool _isStarted;

    /// <summary>Reads the options once.</summary>
    public PlannedInstance(string? name, PgPubSubOptions options, IEnumerable<string>? problems = null)
    {
        (Name, _stores) = (name ?? PgPubSubHub.DefaultInstance, InstanceStores.Of(options));
        var found = options.Problems(hosted: true);
        _settings = found.Count == 0 ? options.Freeze(hosted: true) : null;
        Types = _settings?.EventTypes ?? (options.EventTypes.Problems().Any() ? null : options.EventTypes.Freeze());
        _problems = [.. InstanceName.Problem(Name) is { } problem ? [problem] : Array.Empty<string>(), .. problems ?? [], .. found];
    }

    public string Name { get; }

    /// <summary>Null where they are not usable.</summary>
    public EventTypeMap? Types { get; }

    public string Label(int number) => InstanceName.Problem(Name) is null ? $"Instance '{Name}'" : $"Instance number {number}";

    public IEnumerable<string> Problems(IServiceProvider services) => _settings is null ? _problems : _problems.Concat(_stores.Resolve(services));

    public void Start(ActorSystem system, IActorRegistry registry)
    {
        if (_isStarted)
            return;
        _isStarted = true;
        var hub = PgPubSubHub.Start(system, _stores, _settings!, Name);
        if (Name == PgPubSubHub.DefaultInstance)
            registry.Register<PgPubSubHub>(hub);
    }
}
