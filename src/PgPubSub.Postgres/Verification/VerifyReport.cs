namespace PgPubSub.Postgres.Verification;

/// <summary>What a verification found.</summary>
/// <param name="Findings">What is wrong or in the way, topic by topic.</param>
/// <param name="NotSeen">What was left out because of the options or the role's rights, in sentences.</param>
/// <param name="Topics">How many topics were looked at.</param>
/// <param name="Events">How many events were looked at.</param>
public sealed record VerifyReport(IReadOnlyList<Finding> Findings, IReadOnlyList<string> NotSeen, int Topics, long Events)
{
    /// <summary>Whether nothing was found.</summary>
    public bool IsClean => Findings.Count == 0;

    /// <summary>Whether nothing was left out.</summary>
    public bool IsComplete => NotSeen.Count == 0;
}
