namespace PgPubSub.Chaos.Faults;

/// <summary>A fault was to disturb and did not: what the scenario shows is worth nothing.</summary>
internal sealed class FaultDidNotStrikeException(string message) : Exception(message);
