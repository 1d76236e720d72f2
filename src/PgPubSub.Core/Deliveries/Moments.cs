namespace PgPubSub.Core.Deliveries;

/// <summary>Moments of a machine's clock, where null is never.</summary>
internal static class Moments
{
    /// <summary>The earliest; null where all are.</summary>
    public static TimeSpan? Earliest(params ReadOnlySpan<TimeSpan?> moments)
    {
        TimeSpan? earliest = null;
        foreach (var moment in moments)
            earliest = earliest < moment ? earliest : moment ?? earliest;
        return earliest;
    }
}
