namespace PgPubSub.Streams;

/// <summary>What a source does while the store can't be reached. Which of the two it does is said in the log once an outage.</summary>
public enum OutageMode
{
    /// <summary>It waits, and goes on by itself where it was.</summary>
    Wait,

    /// <summary>It fails with <see cref="StoreUnavailableException"/>.</summary>
    Fail,
}
