namespace PgPubSub.Actors;

/// <summary>A message that could not be handled, with what is known of it. It outlives its event in the log.</summary>
/// <param name="Id">Its number in the topic; larger ones died later.</param>
/// <param name="Subscriber">The group, or the private subscriber's name.</param>
/// <param name="IsGroup">Whether it was a group: only then it can be redriven.</param>
/// <param name="Event">The event.</param>
/// <param name="Attempts">How often it was handed out.</param>
/// <param name="Reason">The last failure, as its consumer gave it.</param>
/// <param name="DiedAt">When it was buried, by the database's clock.</param>
public sealed record DeadLetter(long Id, string Subscriber, bool IsGroup, TopicEvent Event, int Attempts, string Reason, DateTimeOffset DiedAt)
{
    /// <summary>Never shows data, key, headers or the reason, which may quote them.</summary>
    /// <returns>Number, subscriber, event and attempts.</returns>
    public override string ToString() => $"Dead letter {Id} of {Subscriber}, attempts {Attempts}: {Event}";
}

/// <summary>Some dead letters, in the order in which they died.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="DeadLetters">The dead letters; empty at the end.</param>
public sealed record DeadLetterPage(string Topic, IReadOnlyList<DeadLetter> DeadLetters) : IListReply;
