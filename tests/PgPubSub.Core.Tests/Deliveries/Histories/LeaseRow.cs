namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>A row of the lease table.</summary>
internal sealed record LeaseRow(long Lo, long Hi, Guid Token, Guid Node, bool[] Settled);
