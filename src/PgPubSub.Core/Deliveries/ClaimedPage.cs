using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Deliveries;

/// <summary>A lease that a claim got, with the events it covers.</summary>
/// <param name="Generation">The group's generation.</param>
/// <param name="From">Where the group stood before; a <paramref name="Lo"/> above it means that history was trimmed away.</param>
/// <param name="Lo">The first offset of the lease.</param>
/// <param name="Hi">One past its last offset; equal to <paramref name="Lo"/> where nothing was there to claim.</param>
/// <param name="Token">The lease's token, chosen by the claimer.</param>
/// <param name="Events">The events, ascending; an offset that retention has taken is absent.</param>
public sealed record ClaimedPage(long Generation, long From, long Lo, long Hi, Guid Token, IReadOnlyList<StoredEvent> Events)
{
    /// <summary>Whether nothing was there to claim.</summary>
    public bool IsEmpty => Hi == Lo;
}
