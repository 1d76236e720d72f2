using System.Collections.Concurrent;
using Akka.Actor;

namespace PgPubSub.Actors;

/// <summary>The instances of an actor system by name.</summary>
internal sealed class HubDirectory : IExtension
{
    private readonly Lock _starting = new();
    private readonly ConcurrentDictionary<string, IActorRef> _hubs = new(StringComparer.Ordinal);

    public static HubDirectory Of(ActorSystem system) => system.WithExtension<HubDirectory, Provider>();

    public IActorRef Find(string name) => _hubs.TryGetValue(name, out var hub)
        ? hub
        : throw new InvalidOperationException($"No PgPubSub instance named '{name}' was started in this actor system: call WithPgPubSub or PgPubSubHub.Start first.");

    public IActorRef Add(string name, Func<IActorRef> start)
    {
        lock (_starting)
        {
            if (_hubs.ContainsKey(name))
                throw new InvalidOperationException($"A PgPubSub instance named '{name}' runs in this actor system already.");
            return _hubs[name] = start();
        }
    }

    public sealed class Provider : ExtensionIdProvider<HubDirectory>
    {
        public override HubDirectory CreateExtension(ExtendedActorSystem system) => new();
    }
}
