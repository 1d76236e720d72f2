namespace PgPubSub.Streams;

/// <summary>A stream failed because events were not committed; see <see cref="CommitFailureMode.Fail"/>.</summary>
/// <param name="failures">The events.</param>
public sealed class CommitException(IReadOnlyList<CommitFailure> failures) : Exception($"Events were not committed, or are not known to be: {CommitFailure.Name(failures)}")
{
    /// <summary>The events, in the order of their arrival.</summary>
    public IReadOnlyList<CommitFailure> Failures { get; } = failures;
}
