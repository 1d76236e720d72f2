namespace PgPubSub.Testing.Lossy;

/// <summary>What may happen to a call of a store on its way.</summary>
public enum Loss
{
    /// <summary>It never left: nothing was done, and the caller knows.</summary>
    Unsent,

    /// <summary>A write was lost on its way to the store, or the hints of a wake-up were: nothing was done, and the caller can't know.</summary>
    RequestLost,

    /// <summary>It was done, and its answer was lost; of a write the caller can't know whether it was.</summary>
    AnswerLost,

    /// <summary>A write whose caller was cut off arrives at the store some time later.</summary>
    Late,

    /// <summary>It reaches the store, or its answer the caller, some time later.</summary>
    Delayed,

    /// <summary>A write reaches the store twice, or a hint the listener.</summary>
    Repeated,

    /// <summary>The store was away.</summary>
    Outage,
}
