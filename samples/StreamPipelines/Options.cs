namespace StreamPipelines;

/// <summary>What the program was asked to do.</summary>
/// <param name="Events">The fewest events to publish.</param>
/// <param name="Window">How many commits the statistic is about.</param>
internal sealed record Options(int Events, int Window);
