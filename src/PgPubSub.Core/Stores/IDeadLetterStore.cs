using PgPubSub.Core.DeadLetters;

namespace PgPubSub.Core.Stores;

/// <summary>Dead letters in an operator's hands. Every call may throw <see cref="Faults.StoreException"/>.</summary>
public interface IDeadLetterStore
{
    /// <summary>Lists dead letters in the order in which they died.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="after">A number; only larger ones are listed. 0 for all.</param>
    /// <param name="most">How many at most, between 1 and 1,000.</param>
    /// <param name="bytes">Bytes of data at most; a first one that is larger comes alone.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The dead letters.</returns>
    Task<IReadOnlyList<BuriedEvent>> ListDeadLettersAsync(DeadLetterFilter filter, long after, int most, long bytes, CancellationToken stop);

    /// <summary>
    /// Turns dead letters back into retries that are due at once, in the order of their offsets, with no attempt counted; the group's cursor is not touched,
    /// and the event comes from the dead letter, so that it may be gone from the log.
    /// </summary>
    /// <param name="filter">Which.</param>
    /// <param name="from">The offset to begin with: 0, then what the step before returned.</param>
    /// <param name="most">How many offsets in this step at most, between 1 and 1,000.</param>
    /// <returns>What it did.</returns>
    Task<DeadLetterStep> RedriveAsync(DeadLetterFilter filter, long from, int most);

    /// <summary>Deletes dead letters.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="from">The number to begin with: 0, then what the step before returned.</param>
    /// <param name="most">How many in this step at most, between 1 and 1,000.</param>
    /// <returns>What it did.</returns>
    Task<DeadLetterStep> PurgeAsync(DeadLetterFilter filter, long from, int most);
}
