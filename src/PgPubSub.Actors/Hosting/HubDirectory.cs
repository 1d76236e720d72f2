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
    private readonly ActorSystem _system;
    private readonly Lock _changing = new();
    private readonly ConcurrentDictionary<string, StartedHub> _hubs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskCompletionSource<StartedHub?>> _awaited = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, InstanceParts> _parts = new(StringComparer.Ordinal);
    private bool _startIsOver, _stopped;

    private HubDirectory(ActorSystem system)
    {
        _system = system;
        system.WhenTerminated.ContinueWith(_ => Stop(), TaskScheduler.Default);
    }

    /// <summary>The names of all instances.</summary>
    public IReadOnlyList<string> Names => [.. _hubs.Keys.Order(StringComparer.Ordinal)];

    public static HubDirectory Of(ActorSystem system) => system.WithExtension<HubDirectory, Provider>();

    /// <summary>The entry actor of an instance, and the event types that it knows.</summary>
    public StartedHub Find(string name) => Started(name) ?? throw Unknown(name);

    /// <summary>What an instance is made of, for those who look at it from outside; null where none has this name.</summary>
    public (IActorRef Hub, InstanceParts Parts)? FindParts(string name) =>
        _hubs.TryGetValue(name, out var found) && _parts.TryGetValue(name, out var parts) ? (found.Ref, parts) : null;

    public void Keep(string name, InstanceParts parts) => _parts[name] = parts;

    /// <summary>Null where it was not started yet.</summary>
    public StartedHub? Started(string name) => _hubs.GetValueOrDefault(name);

    /// <summary>Waits until an instance is started. Null where the actor system stops before; an unknown name fails when the start is over.</summary>
    public Task<StartedHub?> WhenStartedAsync(string name, CancellationToken cancel)
    {
        lock (_changing)
        {
            if (_hubs.TryGetValue(name, out var hub) || _stopped)
                return Task.FromResult(hub);
            if (_startIsOver)
                return Task.FromException<StartedHub?>(Unknown(name));
            if (!_awaited.TryGetValue(name, out var awaited))
                _awaited.Add(name, awaited = new TaskCompletionSource<StartedHub?>(TaskCreationOptions.RunContinuationsAsynchronously));
            return awaited.Task.WaitAsync(cancel);
        }
    }

    public IActorRef Add(string name, EventTypeMap types, Func<IActorRef> start)
    {
        lock (_changing)
        {
            if (_hubs.ContainsKey(name))
                throw new InvalidOperationException($"A PgPubSub instance named '{name}' runs in this actor system already.");
            var hub = StartedHub.Of(_system, start(), types);
            _hubs[name] = hub;
            if (_awaited.Remove(name, out var awaited))
                awaited.SetResult(hub);
            return hub.Ref;
        }
    }

    /// <summary>The host has started all that it was told to: what is not there by now is not waited for.</summary>
    public void StartIsOver()
    {
        lock (_changing)
        {
            _startIsOver = true;
            foreach (var (name, awaited) in _awaited)
                awaited.SetException(Unknown(name));
            _awaited.Clear();
        }
    }

    private void Stop()
    {
        lock (_changing)
        {
            _stopped = true;
            foreach (var awaited in _awaited.Values)
                awaited.SetResult(null);
            _awaited.Clear();
        }
    }

    private InvalidOperationException Unknown(string name) => new(
        $"No PgPubSub instance named '{name}' was started in this actor system: call WithPgPubSub or PgPubSubHub.Start first. "
        + (_hubs.IsEmpty ? "There is none." : $"There are: {string.Join(", ", Names)}."));

    public sealed class Provider : ExtensionIdProvider<HubDirectory>
    {
        public override HubDirectory CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
