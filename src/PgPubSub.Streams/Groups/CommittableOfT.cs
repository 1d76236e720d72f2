using PgPubSub.Actors;

namespace PgPubSub.Streams;

/// <summary>A value that was made of a group's event, with the event's settle handle.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="Value">The value.</param>
/// <param name="Handle">The settle handle.</param>
public sealed record Committable<T>(T Value, Committable Handle) : ICommittable
{
    /// <summary>The event.</summary>
    public TopicEvent Event => Handle.Event;

    /// <summary>The topic.</summary>
    public string Topic => Handle.Topic;

    /// <summary>The event's place in the topic, from 0 without a gap.</summary>
    public long Offset => Handle.Offset;

    /// <summary>What the event belongs to, or null.</summary>
    public string? Key => Handle.Key;

    /// <summary>The number of this hand-out, from 1.</summary>
    public int Attempt => Handle.Attempt;

    /// <summary>The same handle beside another value.</summary>
    /// <typeparam name="TNext">The other value's type.</typeparam>
    /// <param name="make">Makes it.</param>
    /// <returns>Both.</returns>
    public Committable<TNext> Select<TNext>(Func<T, TNext> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return new(make(Value), Handle);
    }

    /// <summary>Never shows data, key or headers.</summary>
    /// <returns>Topic, offset and attempt.</returns>
    public override string ToString() => Handle.ToString();
}
