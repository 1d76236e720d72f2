namespace PgPubSub.Core.Retries;

/// <summary>When a message that failed comes back, and when it stops coming back.</summary>
/// <param name="MaxAttempts">Hand-outs until it is buried; 0 means no cap.</param>
/// <param name="First">The delay after the first failure.</param>
/// <param name="Factor">What each further failure multiplies the delay by.</param>
/// <param name="Most">The longest delay.</param>
public sealed record RetryRules(int MaxAttempts, TimeSpan First, double Factor, TimeSpan Most)
{
    /// <summary>5 attempts; 1 s, then four times as long each time, up to 60 s.</summary>
    public static RetryRules Default { get; } = new(5, TimeSpan.FromSeconds(1), 4, TimeSpan.FromSeconds(60));

    /// <summary>Whether a message that was handed out this many times may not be handed out again.</summary>
    /// <param name="attempt">Hand-outs so far, the last one included.</param>
    /// <returns>True where it is to be buried.</returns>
    public bool Exhausted(int attempt) => MaxAttempts > 0 && attempt >= MaxAttempts;

    /// <summary>
    /// Exponential back-off with jitter: the full delay is <c>min(First * Factor^(attempt-1), Most)</c>, of which the last half is
    /// jittered. The jitter is a hash of offset and attempt, so that the same failure always waits as long.
    /// </summary>
    /// <param name="attempt">Hand-outs so far, at least 1.</param>
    /// <param name="offset">The message's offset.</param>
    /// <returns>Between half of the full delay and all of it.</returns>
    public TimeSpan Delay(int attempt, long offset)
    {
        var growth = Math.Min(Math.Pow(Factor, Math.Max(0, attempt - 1)), 1e12); // finite: 0 times infinity is no number
        var full = Math.Min(First.TotalMilliseconds * growth, Most.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + (0.5 * Spread(offset, attempt))));
    }

    // SplitMix64's finalizer (Steele, Lea, Flood 2014), scaled to [0, 1).
    private static double Spread(long offset, int attempt)
    {
        var z = unchecked((ulong)offset + (0x9E3779B97F4A7C15UL * (ulong)(attempt + 1)));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
