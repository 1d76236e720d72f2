using System.Collections.Concurrent;
using Akka.Actor;
using PgPubSub.Actors.Payloads;

namespace PgPubSub.Actors;

/// <summary>The instances of an actor system by name.</summary>
internal sealed class HubDirectory : IExtension
{
    private readonly Lock _starting = new();
    private readonly ConcurrentDictionary<string, (IActorRef Hub, EventTypeMap Types)> _hubs = new(StringComparer.Ordinal);

    public static HubDirectory Of(ActorSystem system) => system.WithExtension<HubDirectory, Provider>();

    /// <summary>The entry actor of an instance, and the event types that it knows.</summary>
    public (IActorRef Hub, EventTypeMap Types) Find(string name) => _hubs.TryGetValue(name, out var found)
        ? found
        : throw new InvalidOperationException($"No PgPubSub instance named '{name}' was started in this actor system: call WithPgPubSub or PgPubSubHub.Start first.");

    public IActorRef Add(string name, EventTypeMap types, Func<IActorRef> start)
    {
        lock (_starting)
        {
            if (_hubs.ContainsKey(name))
                throw new InvalidOperationException($"A PgPubSub instance named '{name}' runs in this actor system already.");
            var hub = start();
            _hubs[name] = (hub, types);
            return hub;
        }
    }

    public sealed class Provider : ExtensionIdProvider<HubDirectory>
    {
        public override HubDirectory CreateExtension(ExtendedActorSystem system) => new();
    }
}
