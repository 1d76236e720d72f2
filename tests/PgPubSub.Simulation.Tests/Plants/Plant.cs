namespace PgPubSub.Simulation.Tests.Plants;

/// <summary>A fault that is planted on purpose, to see that it is found; never anywhere but here.</summary>
internal enum Plant
{
    None,

    /// <summary>An append says the tail that it read before it had the topic's lock.</summary>
    OffsetReadBeforeTheLock,

    /// <summary>An append looks for ids of an earlier send before it has the topic's lock.</summary>
    IdsLookedForBeforeTheLock,

    /// <summary>An append that is sent again names the tail of now, not that of its first send.</summary>
    AppendRetriedWithAFreshTail,

    /// <summary>An append is confirmed and then not committed.</summary>
    AppendConfirmedBeforeTheCommit,

    /// <summary>What failed is settled as acked.</summary>
    NackTakenForAnAck,

    /// <summary>A failure does not raise the attempts.</summary>
    AttemptsNotCounted,

    /// <summary>A takeover forgets the claimed retries of the dead node.</summary>
    TakeoverForgetsRetries,

    /// <summary>A claimed retry is not marked as claimed.</summary>
    ClaimedRetryNotMarked,

    /// <summary>A takeover leaves the dead node's row.</summary>
    TakeoverKeepsTheRow,

    /// <summary>A node that departs, or has lost a claim, has what was out for the last time come once more.</summary>
    LastAttemptForgiven,

    /// <summary>An attempt counts also for what was never handed out.</summary>
    UnbegunCounts,

    /// <summary>No attempt counts for what was out when its node departed or had lost its claim.</summary>
    BegunCountsNot,

    /// <summary>A node goes on handing out though it can't say that it is alive.</summary>
    ZombieHandsOut,

    /// <summary>A node that lost its registration keeps what it holds.</summary>
    ZombieKeepsItsClaims,

    /// <summary>A node gives back what it has in hand as nobody's.</summary>
    EverythingIsAnOrphan,

    /// <summary>A settlement of a retry does not compare node and token.</summary>
    RetrySettledWithoutItsToken,

    /// <summary>A settlement of a lease does not compare generation, node and token.</summary>
    LeaseSettledWithoutItsToken,

    /// <summary>An answer is confirmed as soon as it is given.</summary>
    AckConfirmedBeforeTheCommit,

    /// <summary>A settlement is answered and then not committed.</summary>
    SettlementLost,

    /// <summary>What is buried leaves no dead letter.</summary>
    BuriedWithoutALetter,

    /// <summary>What is buried leaves two dead letters.</summary>
    DeadLetterWrittenTwice,

    /// <summary>Attempts have no end.</summary>
    NothingIsBuried,

    /// <summary>Retention does not look at what groups have still before them.</summary>
    TrimIgnoresCursors,

    /// <summary>Retention does not look at leases.</summary>
    TrimIgnoresLeases,

    /// <summary>Retention does not look at retries.</summary>
    TrimIgnoresRetries,

    /// <summary>A nack moves the cursor back to what failed.</summary>
    CursorMovesOnNack,

    /// <summary>A takeover moves the cursor back instead of making retries.</summary>
    CursorMovesOnTakeover,

    /// <summary>A seek leaves the leases of the generation before.</summary>
    SeekLeavesLeases,

    /// <summary>Retention does not look at the marks of private subscribers.</summary>
    TrimIgnoresMarks,

    /// <summary>A mark is written at the tail, whatever its subscriber has read.</summary>
    MarkTooFar,

    /// <summary>A private subscriber is told where it begins before a mark of it is committed.</summary>
    MarkNotAwaited,

    /// <summary>A private subscriber does not get the second event of each page that it reads.</summary>
    PageWithAHole,

    /// <summary>A private subscriber is not told what retention has taken before it was read.</summary>
    GapNotTold,

    /// <summary>A private subscriber is told of a gap that is one event longer than it is.</summary>
    GapToldTooFar,

    /// <summary>A private subscriber's filter is applied before its position moves.</summary>
    FilterBeforeTheCursor,

    /// <summary>What a private subscriber's consumer nacked counts as acked.</summary>
    PrivateNackTakenForAnAck,

    /// <summary>A private subscriber whose actor crashed goes on behind what it was handed, answered or not.</summary>
    ComesBackFromWhatItRead,
}
