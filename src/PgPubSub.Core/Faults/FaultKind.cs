namespace PgPubSub.Core.Faults;

/// <summary>What a failed call of the store means to whoever made it.</summary>
public enum FaultKind
{
    /// <summary>Nothing was done; the same call may succeed later.</summary>
    Transient,

    /// <summary>It may have been done or not; it must be resolved, never assumed.</summary>
    Unknown,

    /// <summary>The server refuses this content; the same call never succeeds.</summary>
    Refused,

    /// <summary>The topic, group or node is no longer there.</summary>
    Gone,

    /// <summary>The schema is missing, newer than this program, or not usable with this role; needs an operator.</summary>
    Schema,
}
