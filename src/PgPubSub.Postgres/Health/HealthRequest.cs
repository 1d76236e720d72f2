using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Postgres.Health;

/// <summary>What a look at the database is to look at.</summary>
/// <param name="Groups">The groups to measure.</param>
/// <param name="HeldBackAfter">How old a transaction must be that is told for holding back VACUUM.</param>
/// <param name="LockedAfter">How old a transaction must be that is told for its lock on a table.</param>
internal sealed record HealthRequest(IReadOnlyList<GroupKey> Groups, TimeSpan HeldBackAfter, TimeSpan LockedAfter);
