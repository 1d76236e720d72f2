namespace PgPubSub.Postgres.Verification;

/// <summary>How far a verification goes.</summary>
public sealed class VerifyOptions
{
    /// <summary>How many of a topic's newest events are looked at; memory is taken for their ids, about 40 bytes each.</summary>
    /// <value>The default is 1,000,000; at least 1.</value>
    public long MostEvents { get; set; } = 1_000_000;

    /// <summary>After this many findings no more are looked for.</summary>
    /// <value>The default is 1,000; at least 1.</value>
    public int MostFindings { get; set; } = 1_000;

    /// <summary>
    /// How long what nodes and groups heal by themselves is given for it, such as a lease that was claimed in the moment of its node's end: it is looked at
    /// again after this time, and told where it is still there. Nothing is waited for where there is nothing of the kind.
    /// </summary>
    /// <value>The default is 20 s; from 0 to 1 hour.</value>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How old a transaction must be that is told for keeping the server from taking away dead rows.</summary>
    /// <value>The default is 1 minute; not negative.</value>
    public TimeSpan HeldBackAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How old a transaction must be that is told for its lock on a table.</summary>
    /// <value>The default is 1 s; not negative.</value>
    public TimeSpan LockedAfter { get; set; } = TimeSpan.FromSeconds(1);

    internal IReadOnlyList<string> Problems()
    {
        string?[] problems =
        [
            MostEvents < 1 ? $"MostEvents is {MostEvents}; it must be at least 1." : null,
            MostFindings < 1 ? $"MostFindings is {MostFindings}; it must be at least 1." : null,
            Grace < TimeSpan.Zero || Grace > TimeSpan.FromHours(1) ? $"Grace is {Grace}; it must be between 0 and 1 hour." : null,
            HeldBackAfter < TimeSpan.Zero ? $"HeldBackAfter is {HeldBackAfter}; it must not be negative." : null,
            LockedAfter < TimeSpan.Zero ? $"LockedAfter is {LockedAfter}; it must not be negative." : null,
        ];
        return [.. problems.OfType<string>()];
    }
}
