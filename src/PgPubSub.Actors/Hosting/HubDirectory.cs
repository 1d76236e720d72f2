using System.Collections.Concurrent;
using Akka.Actor;
using PgPubSub.Actors.Payloads;
using PgPubSub.Postgres;

namespace PgPubSub.Actors;

/// <summary>What an instance is made of.</summary>
/// <param name="Stores">Its stores.</param>
/// <param name="Postgres">Its store on PostgreSQL; null in memory.</param>
/// <param name="Settings">Its settings.</param>
internal sealed record InstanceParts(Stores Stores, PostgresStore? Postgres, PgPubSubSettings Settings);

/// <summary>The instances of an actor system by name.</summary>
internal sealed class HubDirectory : IExtension
{
    private readonly Lock _starting = new();
    private readonly ConcurrentDictionary<string, (IActorRef Hub, EventTypeMap Types)> _hubs = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, InstanceParts> _parts = new(StringComparer.Ordinal);

    public static HubDirectory Of(ActorSystem system) => system.WithExtension<HubDirectory, Provider>();

    /// <summary>The entry actor of an instance, and the event types that it knows.</summary>
    public (IActorRef Hub, EventTypeMap Types) Find(string name) => _hubs.TryGetValue(name, out var found)
        ? found
        : throw new InvalidOperationException($"No PgPubSub instance named '{name}' was started in this actor system: call WithPgPubSub or PgPubSubHub.Start first.");

    /// <summary>The names of all instances.</summary>
    public IReadOnlyList<string> Names => [.. _hubs.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What an instance is made of, for those who look at it from outside; null where none has this name.</summary>
    public (IActorRef Hub, InstanceParts Parts)? FindParts(string name) =>
        _hubs.TryGetValue(name, out var found) && _parts.TryGetValue(name, out var parts) ? (found.Hub, parts) : null;

    public void Keep(string name, InstanceParts parts) => _parts[name] = parts;

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
