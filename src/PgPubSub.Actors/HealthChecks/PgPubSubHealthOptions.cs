namespace PgPubSub.Actors;

/// <summary>From when on an instance's health checks call something degraded or unhealthy. Mutable, bindable from configuration, checked when the checks are added.</summary>
public sealed class PgPubSubHealthOptions
{
    /// <summary>How long the checks may look at the instance and its database before they tell that it did not answer.</summary>
    /// <value>The default is 5 s; from 100 ms to 1 minute.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many events that were never claimed make a group that is served here degraded.</summary>
    /// <value>The default is null: never. Otherwise at least 1.</value>
    public long? DegradedLag { get; set; }

    /// <summary>How many events that were never claimed make a group unhealthy.</summary>
    /// <value>The default is null: never. Otherwise at least 1, and at least <see cref="DegradedLag"/>.</value>
    public long? UnhealthyLag { get; set; }

    /// <summary>How long the first event that was never claimed may wait before its group is degraded.</summary>
    /// <value>The default is 5 minutes; null: for ever. Otherwise more than 0.</value>
    public TimeSpan? DegradedLagAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the first event that was never claimed may wait before its group is unhealthy.</summary>
    /// <value>The default is null: for ever. Otherwise more than 0, and at least <see cref="DegradedLagAge"/>.</value>
    public TimeSpan? UnhealthyLagAge { get; set; }

    /// <summary>How old the oldest event may be that a group has not settled, be it in hand, waiting for another attempt or never claimed, before the group is degraded.</summary>
    /// <value>The default is null: any age. Otherwise more than 0.</value>
    public TimeSpan? DegradedUnsettledAge { get; set; }

    /// <summary>How old the oldest event may be that a group has not settled before the group is unhealthy.</summary>
    /// <value>The default is null: any age. Otherwise more than 0, and at least <see cref="DegradedUnsettledAge"/>.</value>
    public TimeSpan? UnhealthyUnsettledAge { get; set; }

    /// <summary>How old a transaction must be that is told for its lock on a table.</summary>
    /// <value>The default is 1 s; from 0 to 1 day.</value>
    public TimeSpan LockedAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How old a transaction must be that is told for keeping the server from taking away dead rows.</summary>
    /// <value>The default is 1 minute; from 0 to 1 day.</value>
    public TimeSpan HeldBackAfter { get; set; } = TimeSpan.FromMinutes(1);

    // A copy: whoever changes the options later changes nothing.
    internal PgPubSubHealthOptions Freeze()
    {
        string?[] problems =
        [
            Within(nameof(Timeout), Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
            .. Steps("Lag", DegradedLag, UnhealthyLag, 1L),
            .. Steps("LagAge", DegradedLagAge, UnhealthyLagAge, TimeSpan.FromTicks(1)),
            .. Steps("UnsettledAge", DegradedUnsettledAge, UnhealthyUnsettledAge, TimeSpan.FromTicks(1)),
            Within(nameof(LockedAfter), LockedAfter, TimeSpan.Zero, TimeSpan.FromDays(1)),
            Within(nameof(HeldBackAfter), HeldBackAfter, TimeSpan.Zero, TimeSpan.FromDays(1)),
        ];
        var found = problems.OfType<string>().ToArray();
        return found.Length > 0 ? throw new PgPubSubConfigurationException(found) : (PgPubSubHealthOptions)MemberwiseClone();
    }

    private static string?[] Steps<T>(string what, T? degraded, T? unhealthy, T least) where T : struct, IComparable<T> =>
    [
        degraded?.CompareTo(least) < 0 ? $"Degraded{what} is {degraded}; it must be more than 0." : null,
        unhealthy?.CompareTo(least) < 0 ? $"Unhealthy{what} is {unhealthy}; it must be more than 0." : null,
        degraded is { } first && unhealthy?.CompareTo(first) < 0 ? $"Unhealthy{what} is {unhealthy}, but Degraded{what} is {degraded}." : null,
    ];

    private static string? Within(string option, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value < least || value > most ? $"{option} is {value}; it must be between {least} and {most}." : null;
}
