namespace PgPubSub.Actors;

/// <summary>Thrown at start-up when options are wrong; lists every problem at once, without connection strings.</summary>
/// <param name="problems">A sentence for each, each naming its option.</param>
public sealed class PgPubSubConfigurationException(IReadOnlyList<string> problems)
    : Exception("PgPubSub cannot start: " + string.Join(" ", problems))
{
    /// <summary>A sentence for each problem.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
