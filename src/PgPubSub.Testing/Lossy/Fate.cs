namespace PgPubSub.Testing.Lossy;

/// <summary>What was drawn for one call: a share of 0 to 1 of the longest delay, and whether that lies before the call.</summary>
internal readonly record struct Fate(Loss? Loss, double Share, bool Before, LossRates Rates)
{
    public TimeSpan Delay => Share * Rates.LongestDelay;

    public TimeSpan Lateness => Share * Rates.LongestLateness;
}
