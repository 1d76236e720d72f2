namespace PgPubSub.Core.Subscriptions;

/// <summary>A group as the store sees it at one moment.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Generation">Counts the seeks; a lease of an older generation is fenced.</param>
/// <param name="Position">The first offset that was never claimed.</param>
/// <param name="Created">Whether this call made the group.</param>
/// <param name="Floor">The topic's floor; a start below it was moved up to it.</param>
public sealed record GroupState(GroupKey Key, long Generation, long Position, bool Created, long Floor)
{
    /// <summary>Counts the changes of rules, pauses and seeks: a member that knows another version looks again.</summary>
    public long Version { get; init; }

    /// <summary>Whether the group is paused: nothing of it is claimed.</summary>
    public bool Paused { get; init; }

    /// <summary>Its rules as they are stored now.</summary>
    public GroupRules Rules { get; init; } = GroupRules.Default;

    /// <summary>Whether this call replaced its rules.</summary>
    public bool Changed { get; init; }
}
