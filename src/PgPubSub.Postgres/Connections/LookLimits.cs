namespace PgPubSub.Postgres.Connections;

/// <summary>How far the server goes for a look at the tables.</summary>
/// <param name="StatementMilliseconds">How long it may take.</param>
/// <param name="LockMilliseconds">How long of that it may wait for a lock.</param>
internal readonly record struct LookLimits(int StatementMilliseconds, int LockMilliseconds);
