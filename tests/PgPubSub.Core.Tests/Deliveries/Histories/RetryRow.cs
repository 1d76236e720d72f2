namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>A row of the retry table.</summary>
internal sealed record RetryRow(int Attempts, int Deaths, TimeSpan DueAt, Guid? Node = null, Guid? Token = null, bool Suspect = false);
