using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Actors.Topics;

namespace PgPubSub.Actors;

/// <summary>
/// The entry actor of an instance: it takes <see cref="Publish"/>, <see cref="PublishAll"/> and <see cref="PublishEach"/>, <see cref="Subscribe"/> and <see cref="SubscribePattern"/> and what ends
/// them, <see cref="ReadHistory"/>, <see cref="Flush"/>, <see cref="GetHealth"/>, <see cref="WatchOutages"/>, and what operators ask of topics, groups and dead letters.
/// As a type it is the default instance's key in the actor registry: ask for <c>IRequiredActor&lt;PgPubSubHub&gt;</c> and <c>GetAsync</c> it.
/// </summary>
public sealed class PgPubSubHub
{
    /// <summary>The name of the instance that is meant where none is given.</summary>
    public const string DefaultInstance = "default";

    private PgPubSubHub() { }

    /// <summary>Finds an instance of an actor system.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="name">The instance's name; the default instance unless given.</param>
    /// <returns>Its entry actor.</returns>
    /// <exception cref="InvalidOperationException">It has not been started.</exception>
    public static IActorRef For(ActorSystem system, string? name = null) => HubDirectory.Of(system).Find(name ?? DefaultInstance).Ref;

    /// <summary>Starts an instance in an actor system without hosting. It stops with the system: what it holds goes back first.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="options">The options; read once.</param>
    /// <param name="name">The instance's name: letters, digits, dash and underscore; the default instance unless given.</param>
    /// <returns>Its entry actor.</returns>
    /// <exception cref="PgPubSubConfigurationException">The options or the name are not usable; lists every problem.</exception>
    /// <exception cref="InvalidOperationException">An instance of this name runs already.</exception>
    public static IActorRef Start(ActorSystem system, PgPubSubOptions options, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var instance = name ?? DefaultInstance;
        string[] problems = [.. InstanceName.Problem(instance) is { } problem ? [problem] : Array.Empty<string>(), .. options.Problems()];
        return problems.Length == 0 ? Start(system, InstanceStores.Of(options), options.Freeze(), instance) : throw new PgPubSubConfigurationException(problems);
    }

    internal static IActorRef Start(ActorSystem system, InstanceStores source, PgPubSubSettings settings, string name) =>
        HubDirectory.Of(system).Add(name, settings.EventTypes, () => StartActors(system, source, settings, name));

    private static IActorRef StartActors(ActorSystem system, InstanceStores source, PgPubSubSettings settings, string name)
    {
        var (stores, postgres) = source.Open();
        settings = settings with { Telemetry = new NodeTelemetry(name, postgres is null ? null : () => postgres.Connections) };
        HubDirectory.Of(system).Keep(name, new InstanceParts(stores, postgres, settings));
        var shutdown = CoordinatedShutdown.Get(system);
        var left = shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop) - TimeSpan.FromSeconds(1);
        if (settings.DrainTimeout > left)
        {
            left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            system.Log.Warning("DrainTimeout is {0}, but phase service-stop of the coordinated shutdown leaves {1}", settings.DrainTimeout, left);
            settings = settings with { DrainTimeout = left };
        }

        settings.Telemetry.Start();
        system.RegisterOnTermination(settings.Telemetry.Dispose);
        var hub = system.ActorOf(TopicSupervisor.Props(stores, settings, TimeProvider.System), name == DefaultInstance ? "pgpubsub" : "pgpubsub-" + name);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "pgpubsub-drain-" + name, async () =>
        {
            try
            {
                await hub.Ask<Drained>(Drain.Instance, shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
            }
            catch (AskTimeoutException)
            {
                // What could not be given back in time is taken over by other nodes.
            }

            return Akka.Done.Instance;
        });
        if (postgres is not null)
            system.RegisterOnTermination(() => _ = postgres.DisposeAsync().AsTask());
        return hub;
    }
}
