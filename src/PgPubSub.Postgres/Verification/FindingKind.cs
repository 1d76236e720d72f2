namespace PgPubSub.Postgres.Verification;

/// <summary>What may be wrong with a schema or stand in its way.</summary>
public enum FindingKind
{
    /// <summary>An offset between a topic's floor and its newest event is not there.</summary>
    Gap,

    /// <summary>An event id stands at two offsets of a topic.</summary>
    EventDoubled,

    /// <summary>An event was published before its predecessor.</summary>
    TimeGoesBack,

    /// <summary>A group has no cursor.</summary>
    GroupWithoutCursor,

    /// <summary>A group has claimed what its topic does not have.</summary>
    CursorPastHead,

    /// <summary>A group stands at what was taken before it was handled, and no rule of the topic says so.</summary>
    CursorBelowFloor,

    /// <summary>A group has a cursor besides its newest.</summary>
    CursorLeftBehind,

    /// <summary>Two leases of a group hold the same offset.</summary>
    LeasesOverlap,

    /// <summary>A lease is of a generation that a seek has ended.</summary>
    LeaseOfOldGeneration,

    /// <summary>A lease holds what its group's cursor has not reached.</summary>
    LeaseBeyondCursor,

    /// <summary>A lease is held by a node that is not there, for longer than the grace.</summary>
    LeaseWithoutNode,

    /// <summary>A retry is held by a node that is not there, for longer than the grace.</summary>
    RetryWithoutNode,

    /// <summary>A retry's event is not there, and it brings none of its own.</summary>
    RetryWithoutEvent,

    /// <summary>A retry is of an offset that a lease holds and that is not settled.</summary>
    RetryInsideLease,

    /// <summary>A subscriber has two dead letters of one offset.</summary>
    DeadLetterDoubled,

    /// <summary>A mark of a node that is not there.</summary>
    MarkWithoutNode,

    /// <summary>A session, a prepared transaction or a replication slot keeps the server from taking away dead rows.</summary>
    VacuumHeldBack,

    /// <summary>A lock on one of the tables holds up who wants to write to it.</summary>
    TableLocked,

    /// <summary>Something could not be looked at, because of a lock, its size or the connection's end.</summary>
    NotLookedAt,
}
