namespace PgPubSub.Postgres.Nodes;

/// <summary>A node as an operator sees it.</summary>
/// <param name="Id">The node.</param>
/// <param name="Name">Its name for people; empty where its row is gone.</param>
/// <param name="SeenAt">Its last beat by the database's clock, as text; null where its row is gone but leases bear its id.</param>
/// <param name="KeepsLock">Whether it says that it holds a presence lock.</param>
/// <param name="LockHeld">Whether that lock is held.</param>
/// <param name="HoldsLeases">Whether it holds leases or claimed retries.</param>
/// <param name="SilentFor">How long ago its last beat was, by the database's clock; null where its row is gone.</param>
/// <param name="RegisteredFor">How long ago it registered, from its own clock to the database's; null where its row is gone or its id doesn't tell.</param>
/// <param name="HoldingFor">How long ago it claimed the oldest of what it holds, likewise; null where it holds nothing or the token doesn't tell.</param>
internal sealed record NodeStatus(
    Guid Id, string Name, string? SeenAt, bool KeepsLock, bool LockHeld, bool HoldsLeases, TimeSpan? SilentFor, TimeSpan? RegisteredFor, TimeSpan? HoldingFor)
{
    /// <summary>Whether it has a row.</summary>
    public bool IsRegistered => SeenAt is not null;
}
