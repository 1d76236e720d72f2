namespace PgPubSub.Core.Deliveries;

/// <summary>What a subscription's actor is to do.</summary>
internal abstract record DeliveryEffect
{
    private DeliveryEffect() { }

    /// <summary>Claim a page; answered with Claimed or ClaimFailed.</summary>
    public sealed record Claim(int Most) : DeliveryEffect;

    /// <summary>Find out what the last claim got; answered with Claimed, ClaimFailed, or ClaimNotFound.</summary>
    public sealed record FindClaim : DeliveryEffect;

    /// <summary>Claim retries; answered with RetriesClaimed or RetriesFailed.</summary>
    public sealed record ClaimRetries(int Most) : DeliveryEffect;

    /// <summary>Ask for the node's one permit to have a suspect out; answered with SuspectGranted.</summary>
    public sealed record AskPermit : DeliveryEffect;

    /// <summary>Give the permit back, or up.</summary>
    public sealed record ReturnPermit : DeliveryEffect;

    /// <summary>Claim one suspect; answered with SuspectsClaimed or SuspectsFailed.</summary>
    public sealed record ClaimSuspect : DeliveryEffect;

    /// <summary>Hand a message to a consumer.</summary>
    public sealed record HandOut(int Consumer, Item Item) : DeliveryEffect;

    /// <summary>Tell a consumer that a message is no longer its own.</summary>
    public sealed record Revoke(int Consumer, Item Item, string Why) : DeliveryEffect;

    /// <summary>Write settlements; answered with Settled or SettleFailed.</summary>
    public sealed record Settle(SettleBatch Batch) : DeliveryEffect;

    /// <summary>Tell whoever asked what became of an answer.</summary>
    public sealed record Confirm(Confirmation To, AnswerOutcome Outcome) : DeliveryEffect;

    /// <summary>Offsets from From up to To were taken before they were claimed.</summary>
    public sealed record Jumped(long From, long To) : DeliveryEffect;

    /// <summary>A message whose attempts are exhausted is dropped: the group keeps no dead letters.</summary>
    public sealed record Dropped(long Offset, int Attempts) : DeliveryEffect;

    /// <summary>Compare what was read last with the log as it is now; answered with Verified or VerifyFailed. From is the oldest offset that is remembered.</summary>
    public sealed record Verify(long From, int Most) : DeliveryEffect;

    /// <summary>The log was rewound by a failover: what came after To is not what was read.</summary>
    public sealed record Rewound(long From, long To) : DeliveryEffect;

    /// <summary>Read a page of the log; answered with PageRead or ReadFailed.</summary>
    public sealed record Read(long From, int Most) : DeliveryEffect;

    /// <summary>Write a private subscriber's dead letter; answered with Buried or BuryFailed.</summary>
    public sealed record Bury(Failure Failure) : DeliveryEffect;

    /// <summary>The claim with this token is over: nobody here answers for it any more.</summary>
    public sealed record Release(Guid Token) : DeliveryEffect;

    /// <summary>A consumer that left by and by has nothing any more.</summary>
    public sealed record Left(int Consumer) : DeliveryEffect;

    /// <summary>Nothing is held or under way, and nobody consumes any more or the node stops.</summary>
    public sealed record Done : DeliveryEffect;
}
