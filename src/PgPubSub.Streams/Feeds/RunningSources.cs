using System.Collections.Concurrent;
using Akka;
using Akka.Actor;

namespace PgPubSub.Streams.Feeds;

/// <summary>The sources of an actor system that run: coordinated shutdown lets them settle what they have emitted before the hub stops.</summary>
internal sealed class RunningSources : IExtension
{
    // What it takes to give back what was not settled in time.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1), Least = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<SourceControl, bool> _all = [];

    private RunningSources(ExtendedActorSystem system)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        var left = shutdown.Timeout(CoordinatedShutdown.PhaseServiceUnbind) - Rest;
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "pgpubsub-drain-sources", () => DrainAsync(left > Least ? left : Least));
    }

    public static RunningSources Of(ActorSystem system) => system.WithExtension<RunningSources, Provider>();

    public void Add(SourceControl control)
    {
        _all[control] = true;
        control.Feed.Left.ContinueWith(_ => this._all.TryRemove(control, out bool _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task<Done> DrainAsync(TimeSpan timeout)
    {
        await Task.WhenAll(_all.Keys.Select(control => control.DrainAndShutdown(timeout)));
        return Done.Instance;
    }

    private sealed class Provider : ExtensionIdProvider<RunningSources>
    {
        public override RunningSources CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
