using PgPubSub.Actors.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Health;

namespace PgPubSub.Actors.HealthChecks;

/// <summary>What a look at an instance showed.</summary>
internal sealed record InstanceSight
{
    /// <summary>Why nothing was seen at all, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>What the hub knows; null where it did not answer.</summary>
    public NodeFacts? Node { get; init; }

    /// <summary>What the database showed; null in memory.</summary>
    public StoreHealth? Store { get; init; }

    public Sight<IReadOnlyList<GroupMeasure>> Groups { get; init; }

    public required PgPubSubSettings? Settings { get; init; }

    public bool InMemory => Store is null;

    public static InstanceSight Failed(string problem) => new() { Problem = problem, Settings = null };
}
