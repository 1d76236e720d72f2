namespace PgPubSub.Core.Subscriptions;

/// <summary>A group as the store sees it at one moment.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Generation">Counts the seeks; a lease of an older generation is fenced.</param>
/// <param name="Position">The first offset that was never claimed.</param>
/// <param name="Created">Whether this call made the group.</param>
/// <param name="Floor">The topic's floor; a start below it was moved up to it.</param>
public readonly record struct GroupState(GroupKey Key, long Generation, long Position, bool Created, long Floor);
