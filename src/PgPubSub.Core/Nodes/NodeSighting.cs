namespace PgPubSub.Core.Nodes;

/// <summary>What one look at another node shows.</summary>
/// <param name="Id">The node.</param>
/// <param name="Name">Its name for people; empty where its row is gone.</param>
/// <param name="SeenAt">Its last beat by the database's clock, in the database's own text form; null where its row is gone but leases bear its id.</param>
/// <param name="KeepsLock">Whether it says that it holds a presence lock.</param>
/// <param name="LockHeld">Whether that lock is held.</param>
/// <param name="HoldsLeases">Whether it holds leases or claimed retries.</param>
public sealed record NodeSighting(Guid Id, string Name, string? SeenAt, bool KeepsLock, bool LockHeld, bool HoldsLeases);
