namespace PgPubSub.Chaos.Roles;

/// <summary>What publishers publish.</summary>
/// <param name="Number">No two events of a scenario have the same; an event that is published again after a rejection keeps its own.</param>
internal sealed record Numbered(long Number);
