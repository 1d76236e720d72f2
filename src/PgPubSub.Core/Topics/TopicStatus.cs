namespace PgPubSub.Core.Topics;

/// <summary>A topic as an operator sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its number.</param>
/// <param name="Floor">The lowest offset that may still be there.</param>
/// <param name="Tail">The offset that its next event gets.</param>
/// <param name="Retention">What is kept of it.</param>
/// <param name="DeadLetters">How many dead letters it has.</param>
public sealed record TopicStatus(string Name, TopicId Id, long Floor, long Tail, Retention Retention, long DeadLetters)
{
    /// <summary>Whether a trim would find nothing: nothing has come or gone since it was left like this, and its limits take nothing of what is there.</summary>
    /// <param name="left">As it was left by the last trim that came to its end; null where none is known of.</param>
    internal bool NeedsNoTrim(TopicStatus? left) =>
        (left is null ? Floor == 0 : left == this) && KeepsEvents(Tail - Floor) && (DeadLetters == 0 || Retention.DeadLetterAge is null);

    // The newest event stays whatever the limits say.
    private bool KeepsEvents(long events) => events <= 1
        || (!(events > Retention.Count) && !(events > Retention.MaxBacklogEvents) && Retention is { Age: null, MaxBacklogAge: null });
}
