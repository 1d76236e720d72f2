namespace PgPubSub.Core.Topics;

/// <summary>
/// What is kept of a topic; stored with it. Whatever the limits say, nothing goes that a group has not settled or a live private subscriber
/// has not read, nor what is younger than a minute: only the backlog's limits go past that, and then readers are told.
/// </summary>
public sealed record Retention
{
    /// <summary>The 10,000 newest settled events; a backlog and dead letters without limit.</summary>
    public static Retention Default { get; } = new() { Count = 10_000 };

    /// <summary>Everything.</summary>
    public static Retention Forever { get; } = new();

    /// <summary>How many of the newest settled events are kept; null: no limit by count.</summary>
    /// <value>From 0 to 10^15. What is not settled comes on top.</value>
    public long? Count { get; init; }

    /// <summary>How old a settled event may become; null: no limit by age. Where both are set, the first limit that an event reaches takes it.</summary>
    /// <value>From 1 minute to 100 years.</value>
    public TimeSpan? Age { get; init; }

    /// <summary>How many events may wait for the slowest group; the oldest above that are lost to it. Null: no limit.</summary>
    /// <value>From 1 to 10^15.</value>
    public long? MaxBacklogEvents { get; init; }

    /// <summary>How old an event that waits for a group may become. Null: no limit.</summary>
    /// <value>From 1 minute to 100 years.</value>
    public TimeSpan? MaxBacklogAge { get; init; }

    /// <summary>How long a dead letter is kept; null: until it is purged or redriven.</summary>
    /// <value>From 1 minute to 100 years.</value>
    public TimeSpan? DeadLetterAge { get; init; }

    /// <summary>Lists what is wrong.</summary>
    /// <returns>A sentence for each problem; empty where all is well.</returns>
    public IReadOnlyList<string> Problems()
    {
        string?[] problems =
        [
            Outside(nameof(Count), Count, 0), Outside(nameof(MaxBacklogEvents), MaxBacklogEvents, 1),
            Outside(nameof(Age), Age), Outside(nameof(MaxBacklogAge), MaxBacklogAge), Outside(nameof(DeadLetterAge), DeadLetterAge),
        ];
        return [.. problems.OfType<string>()];
    }

    private static string? Outside(string name, long? value, long least) =>
        value < least || value > 1_000_000_000_000_000 ? $"{name} must be between {least} and 10^15." : null;

    private static string? Outside(string name, TimeSpan? value) =>
        value < TimeSpan.FromMinutes(1) || value > TimeSpan.FromDays(36_525) ? $"{name} must be between 1 minute and 100 years." : null;
}
