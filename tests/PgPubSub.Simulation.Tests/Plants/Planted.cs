using PgPubSub.Core.Publishing;
using PgPubSub.Core.Topics;
using PgPubSub.Simulation.Tests.Databases;
using PgPubSub.Simulation.Tests.Processes;

namespace PgPubSub.Simulation.Tests.Plants;

/// <summary>What is done otherwise than it should be, where a fault is planted.</summary>
internal sealed class Planted(Plant plant)
{
    private int _appends;

    public bool Is(Plant other) => plant == other;

    /// <summary>Puts it in front of the database, where it belongs there.</summary>
    public void Into(Database database)
    {
        if (plant is Plant.None)
            return;
        database.Deliveries = new FaultyDeliveries(plant, database.Memory, database.Deliveries);
        database.Nodes = new FaultyNodes(plant, database.Memory, database.Nodes);
        database.Topics = new FaultyTopics(plant, database.Memory, database.Topics);
        database.Subscriptions = new FaultySubscriptions(plant, database.Memory, database.Subscriptions);
    }

    /// <summary>An append: what it does before it has its lock, and what then.</summary>
    public (Action? Began, Func<Task<AppendOutcome>> Run) Append(Process process, PublishEffect.Append append)
    {
        var (database, known, seen, found) = (process.Database, append.KnownTail, 0L, false);
        var log = database.Memory.TopicsById[append.Topic].Log;
        Func<Task<AppendOutcome>> run = () => database.Log.AppendAsync(append.Topic, known, append.Events);
        switch (plant)
        {
            case Plant.OffsetReadBeforeTheLock:
                return (() => seen = log.Tail, async () => new AppendOutcome((await run()).First is null ? null : seen));
            case Plant.IdsLookedForBeforeTheLock:
                return (() => found = log.Find(append.Events[0].Id, known) is not null, () =>
                {
                    known = found ? known : log.Tail;
                    return database.Log.AppendAsync(append.Topic, known, append.Events);
                });
            case Plant.AppendRetriedWithAFreshTail:
                known = log.Tail;
                return (null, run);
            case Plant.AppendConfirmedBeforeTheCommit when ++_appends % 10 == 0:
                return (null, () => Task.FromResult(new AppendOutcome(log.Tail)));
            default:
                return (null, run);
        }
    }
}
