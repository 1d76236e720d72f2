using PgPubSub.Core.Topics;

namespace PgPubSub.Core.DeadLetters;

/// <summary>A dead letter as the store keeps it; it outlives its event.</summary>
/// <param name="Id">Its number in the topic; larger ones died later.</param>
/// <param name="Subscriber">The group's name, or the private subscriber's.</param>
/// <param name="IsGroup">Whether a group buried it: only such a one can be redriven.</param>
/// <param name="Event">The event.</param>
/// <param name="Attempts">How often it was handed out.</param>
/// <param name="Why">The last reason.</param>
/// <param name="DiedAt">When it was buried, by the database's clock.</param>
public sealed record BuriedEvent(long Id, string Subscriber, bool IsGroup, StoredEvent Event, int Attempts, string Why, DateTimeOffset DiedAt)
{
    /// <summary>Never shows data, key, headers or the reason, which may quote them.</summary>
    /// <returns>Number, subscriber, event and attempts.</returns>
    public override string ToString() => $"dead letter {Id} of {Subscriber}, attempts {Attempts}: {Event}";
}
