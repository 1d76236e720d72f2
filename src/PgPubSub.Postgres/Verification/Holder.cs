namespace PgPubSub.Postgres.Verification;

/// <summary>Who holds something back: a session, a prepared transaction or a replication slot.</summary>
/// <param name="Pid">The session's process on the server; null where none is behind it.</param>
/// <param name="Name">The session's application name, the prepared transaction's identifier or the slot's name; may be empty.</param>
/// <param name="Role">Whose it is; null for a slot.</param>
/// <param name="State">The session's state, for example <c>idle in transaction</c>; <c>prepared transaction</c> or <c>replication slot</c>.</param>
/// <param name="Age">How long its transaction is open; null where the server does not tell.</param>
public sealed record Holder(int? Pid, string Name, string? Role, string State, TimeSpan? Age);
