namespace PgPubSub.Chaos.Journals;

/// <summary>What a fact says.</summary>
internal enum Note
{
    /// <summary>A publisher hands an event to the library.</summary>
    Sent,

    /// <summary>An event was confirmed to its publisher.</summary>
    Published,

    /// <summary>Whether an event was stored is not known; it is not sent again.</summary>
    Doubtful,

    /// <summary>An event was not stored; where a retry may help it is sent again.</summary>
    Rejected,

    /// <summary>A member got an event.</summary>
    HandedOut,

    /// <summary>A member has handled an event and acks it.</summary>
    Acked,

    /// <summary>A member nacks an event.</summary>
    Nacked,

    /// <summary>A member makes a dead letter of an event.</summary>
    Buried,

    /// <summary>An ack was confirmed.</summary>
    AckConfirmed,

    /// <summary>A nack or a burial was confirmed.</summary>
    OtherConfirmed,

    /// <summary>An answer was refused, or its outcome is unknown.</summary>
    Refused,

    /// <summary>A delivery was taken back from a member.</summary>
    Revoked,

    /// <summary>A member reads its mailbox: written at a steady pace, so that a gap tells of a process that did not get to it.</summary>
    Ticked,

    /// <summary>A worker runs, told by the scene; its name stands in the topic's place, its start's number in the number's.</summary>
    Started,

    /// <summary>A worker was killed.</summary>
    Killed,

    /// <summary>A worker was stopped by a signal.</summary>
    Frozen,

    /// <summary>A worker goes on.</summary>
    Continued,

    /// <summary>A node's row was there for the first time; its name stands in the topic's place, its id in the event's.</summary>
    NodeAppeared,

    /// <summary>The last moment in which the row of a node that is gone was there.</summary>
    NodeStood,

    /// <summary>A node's row was gone: others have what it held.</summary>
    NodeGone,

    /// <summary>The steady time began.</summary>
    SteadyBegan,

    /// <summary>The fault began to disturb.</summary>
    FaultBegan,

    /// <summary>The fault disturbs no more.</summary>
    FaultEnded,

    /// <summary>The load ends.</summary>
    LoadEnded,
}
