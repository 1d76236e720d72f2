namespace PgPubSub.Testing;

/// <summary>How a <see cref="ThrowawayServer"/> is stopped.</summary>
public enum StopMode
{
    /// <summary>Sessions are ended, open transactions are rolled back, a checkpoint is written.</summary>
    Fast,

    /// <summary>Everything ends at once, as in a crash; the next start recovers from the write-ahead log.</summary>
    Immediate,
}
