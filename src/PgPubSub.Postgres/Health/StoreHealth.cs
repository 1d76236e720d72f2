using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Postgres.Health;

/// <summary>What a look at the database showed; each part, or why it was not to be seen.</summary>
internal sealed record StoreHealth
{
    /// <summary>The server, or why it can't be used; then nothing else was looked at.</summary>
    public required Sight<ServerState> Server { get; init; }

    public Sight<SchemaState> Schema { get; init; }

    public Sight<Obstacles> Obstacles { get; init; }

    public Sight<IReadOnlyList<GroupMeasure>> Groups { get; init; }
}

/// <summary>What was seen, or why nothing was.</summary>
internal readonly record struct Sight<T>(T? Seen, string? Problem) where T : class;

/// <summary>A server that can be used.</summary>
/// <param name="Version">Its version, for example 150010.</param>
/// <param name="Pooler">Whether a pooler stands before it.</param>
internal sealed record ServerState(int Version, bool Pooler);
