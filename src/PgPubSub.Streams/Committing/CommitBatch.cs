namespace PgPubSub.Streams;

/// <summary>Events that were committed together.</summary>
/// <param name="Count">How many there were, failures included.</param>
/// <param name="Failures">Those that were not committed, or are not known to be; in the order of their arrival.</param>
public sealed record CommitBatch(int Count, IReadOnlyList<CommitFailure> Failures);

/// <summary>An event that was not committed, or is not known to be: it may be delivered again.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="Offset">Its place in the topic.</param>
/// <param name="Attempt">The number of the hand-out, from 1.</param>
/// <param name="Reason">Why.</param>
/// <param name="OutcomeUnknown">Whether it may have been committed all the same.</param>
public sealed record CommitFailure(string Topic, string Group, long Offset, int Attempt, string Reason, bool OutcomeUnknown)
{
    // How many an error or a line of the log names.
    private const int MostNamed = 10;

    /// <summary>Names the event, and why it was not committed.</summary>
    /// <returns>Topic, group, offset and reason.</returns>
    public override string ToString() => $"{Topic} at {Offset} for group {Group}: {Reason}";

    internal static string Name(IReadOnlyList<CommitFailure> failures) =>
        string.Join(" ", failures.Take(MostNamed)) + (failures.Count > MostNamed ? $" And {failures.Count - MostNamed} more." : "");
}
