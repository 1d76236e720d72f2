namespace CommitFeed.Nodes;

/// <summary>How fast the input is published.</summary>
/// <param name="Events">How many are published evenly over the time; those behind them wait.</param>
/// <param name="Over">The time.</param>
internal sealed record Pace(int Events, TimeSpan Over)
{
    /// <summary>How many events should have been published by now.</summary>
    public int Due(TimeSpan elapsed) => elapsed >= Over ? Events : (int)(Events * (elapsed / Over));
}
