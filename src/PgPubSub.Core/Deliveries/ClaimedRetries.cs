namespace PgPubSub.Core.Deliveries;

/// <summary>What a claim of retries got.</summary>
/// <param name="Retries">The messages, the longest due first.</param>
/// <param name="Lost">Offsets that it claimed whose events are gone: a topic was cleared, or its backlog went over its limit. They are to be settled and told.</param>
public sealed record ClaimedRetries(IReadOnlyList<ClaimedRetry> Retries, IReadOnlyList<long> Lost)
{
    /// <summary>Whether nothing was due.</summary>
    public bool IsEmpty => Retries.Count + Lost.Count == 0;
}
