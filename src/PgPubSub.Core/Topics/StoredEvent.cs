namespace PgPubSub.Core.Topics;

/// <summary>An event as the log keeps it.</summary>
/// <param name="Offset">Its place in the topic, from 0 without a gap.</param>
/// <param name="Id">The publisher's id of it.</param>
/// <param name="Type">The event type's name.</param>
/// <param name="Key">What it belongs to, or null.</param>
/// <param name="Data">JSON text in UTF-8 as it was sent where <paramref name="ContentType"/> is null, else opaque bytes.</param>
/// <param name="ContentType">The media type of opaque bytes, or null for JSON.</param>
/// <param name="Headers">A JSON object of strings in UTF-8, or null.</param>
/// <param name="PublishedAt">When it was appended, by the database's clock; never before its predecessor's.</param>
public sealed record StoredEvent(
    long Offset, Guid Id, string Type, string? Key, ReadOnlyMemory<byte> Data, string? ContentType, ReadOnlyMemory<byte>? Headers, DateTimeOffset PublishedAt)
{
    /// <summary>Never shows data, key or headers.</summary>
    public override string ToString() => $"event {Id} at offset {Offset}";
}
