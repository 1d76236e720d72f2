namespace PgPubSub.Core.Subscriptions;

/// <summary>Where a subscription begins to read. For a group it counts only when the group is new.</summary>
public abstract record StartFrom
{
    private StartFrom() { }

    /// <summary>The oldest event that is kept.</summary>
    public static StartFrom Earliest { get; } = new AtEarliest();

    /// <summary>The first event that is published from now on.</summary>
    public static StartFrom Latest { get; } = new AtLatest();

    /// <summary>The event with this offset; one below the topic's floor begins at the floor, one above its tail waits.</summary>
    /// <param name="offset">0 or more.</param>
    /// <returns>The start.</returns>
    /// <remarks>A negative offset is refused by whoever is asked to subscribe, not here.</remarks>
    public static StartFrom Offset(long offset) => new AtOffset(offset);

    /// <summary>The first event published at this moment or after, by the database's clock.</summary>
    /// <param name="time">The moment.</param>
    /// <returns>The start.</returns>
    public static StartFrom Time(DateTimeOffset time) => new AtTime(time);

    /// <summary>See <see cref="Earliest"/>.</summary>
    public sealed record AtEarliest : StartFrom;

    /// <summary>See <see cref="Latest"/>.</summary>
    public sealed record AtLatest : StartFrom;

    /// <summary>See <see cref="Offset"/>.</summary>
    /// <param name="Value">The offset.</param>
    public sealed record AtOffset(long Value) : StartFrom;

    /// <summary>See <see cref="Time"/>.</summary>
    /// <param name="Value">The moment.</param>
    public sealed record AtTime(DateTimeOffset Value) : StartFrom;
}
