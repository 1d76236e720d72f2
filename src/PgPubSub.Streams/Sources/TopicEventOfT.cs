using PgPubSub.Actors;

namespace PgPubSub.Streams;

/// <summary>An event of the log with its data read as an object.</summary>
/// <typeparam name="T">The object's type.</typeparam>
/// <param name="Value">The object.</param>
/// <param name="Event">The event.</param>
public sealed record TopicEvent<T>(T Value, TopicEvent Event)
{
    /// <summary>The topic.</summary>
    public string Topic => Event.Topic;

    /// <summary>The event's place in the topic, from 0 without a gap.</summary>
    public long Offset => Event.Offset;

    /// <summary>What the event belongs to, or null.</summary>
    public string? Key => Event.Key;

    /// <summary>Never shows data, key or headers.</summary>
    /// <returns>Topic and offset.</returns>
    public override string ToString() => Event.ToString();
}
