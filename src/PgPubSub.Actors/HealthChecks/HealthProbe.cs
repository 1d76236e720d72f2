using Akka.Actor;
using PgPubSub.Actors.Nodes;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres;
using PgPubSub.Postgres.Health;

namespace PgPubSub.Actors.HealthChecks;

/// <summary>Looks at an instance for all its checks: those that come together, or within a second of a look, share it.</summary>
internal sealed class HealthProbe(string instance, PgPubSubHealthOptions options, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<InstanceSight>? _look;
    private ActorSystem? _seen;
    private long _endedAt;

    public PgPubSubHealthOptions Options => options;

    /// <summary>What an instance shows.</summary>
    /// <param name="system">The actor system; null where there is none.</param>
    /// <param name="stop">Gives up waiting; the look goes on for the others.</param>
    public Task<InstanceSight> LookAsync(ActorSystem? system, CancellationToken stop)
    {
        if (system is null)
            return Task.FromResult(InstanceSight.Failed("There is no ActorSystem in the service provider: call AddAkka, or add the one that PgPubSub was started in."));
        if (HubDirectory.Of(system).FindParts(instance) is not var (hub, parts))
            return Task.FromResult(InstanceSight.Failed(NotStarted(HubDirectory.Of(system).Names)));
        lock (_lock)
        {
            if (_look is null || !ReferenceEquals(_seen, system) || (_look.IsCompleted && time.GetElapsedTime(Volatile.Read(ref _endedAt)) >= Fresh))
                (_look, _seen) = (BoundedAsync(hub, parts), system);
            return _look.WaitAsync(stop);
        }
    }

    private string NotStarted(IReadOnlyList<string> names) =>
        $"No PgPubSub instance named '{instance}' was started: call WithPgPubSub. " + (names.Count == 0 ? "None was." : $"There are: {string.Join(", ", names)}.");

    private async Task<InstanceSight> BoundedAsync(IActorRef hub, InstanceParts parts)
    {
        using var late = new CancellationTokenSource(options.Timeout, time);
        try
        {
            return await Task.Run(() => LookAsync(hub, parts, late.Token));
        }
        catch (OperationCanceledException)
        {
            return InstanceSight.Failed($"The instance did not answer within {Ages.Say(options.Timeout)}.");
        }
        finally
        {
            Volatile.Write(ref _endedAt, time.GetTimestamp());
        }
    }

    private async Task<InstanceSight> LookAsync(IActorRef hub, InstanceParts parts, CancellationToken stop)
    {
        var node = await AskAsync(hub, stop);
        var groups = node?.Groups ?? [];
        if (parts.Postgres is not { } postgres)
            return new InstanceSight { Settings = parts.Settings, Node = node, Groups = await MeasureAsync(parts.Stores, groups, stop) };
        var store = await LookAsync(postgres, new HealthRequest(groups, options.HeldBackAfter, options.LockedAfter), stop);
        return new InstanceSight { Settings = parts.Settings, Node = node, Store = store, Groups = store.Groups };
    }

    // What the hub knows is told also where the database does not answer in time.
    private async Task<StoreHealth> LookAsync(PostgresStore postgres, HealthRequest request, CancellationToken stop)
    {
        var look = postgres.LookAsync(request, stop);
        try
        {
            return await look.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            _ = look.ContinueWith(late => late.Exception, TaskScheduler.Default);
            return new StoreHealth { Server = new Sight<ServerState>(null, $"PostgreSQL did not answer within {Ages.Say(options.Timeout)}.") };
        }
    }

    private static async Task<NodeFacts?> AskAsync(IActorRef hub, CancellationToken stop)
    {
        try
        {
            return await hub.Ask<NodeFacts>(GetFacts.Instance, AskPatience, stop);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    private static async Task<Sight<IReadOnlyList<GroupMeasure>>> MeasureAsync(Stores stores, IReadOnlyList<GroupKey> groups, CancellationToken stop)
    {
        try
        {
            return new(await stores.Subscriptions.MeasureAsync(groups, stop), null);
        }
        catch (StoreException e)
        {
            return new(null, e.Message);
        }
    }
}
