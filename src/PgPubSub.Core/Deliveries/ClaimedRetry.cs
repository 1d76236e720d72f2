using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Deliveries;

/// <summary>A message that failed before and was claimed again.</summary>
/// <param name="Event">The event.</param>
/// <param name="Token">The claim's token.</param>
/// <param name="Attempts">Hand-outs so far.</param>
public sealed record ClaimedRetry(StoredEvent Event, Guid Token, int Attempts)
{
    /// <summary>How many nodes died while they held it.</summary>
    public int Deaths { get; init; }
}
