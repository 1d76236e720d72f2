using PgPubSub.Postgres.Verification;

namespace PgPubSub.Postgres.Health;

/// <summary>What stands in the way of the tables.</summary>
/// <param name="All">All that was seen, locks first.</param>
/// <param name="SeesAll">Whether this role sees since when the sessions of other roles are in their transactions.</param>
internal sealed record Obstacles(IReadOnlyList<Obstacle> All, bool SeesAll);

/// <summary>A lock on a table, or what keeps VACUUM from taking dead rows.</summary>
/// <param name="Kind">Which.</param>
/// <param name="What">A sentence that names the holder.</param>
/// <param name="Holder">Who holds it.</param>
/// <param name="Table">The table that is locked.</param>
internal sealed record Obstacle(FindingKind Kind, string What, Holder Holder, string? Table)
{
    public string Advice => Findings.Advice(Kind);
}
