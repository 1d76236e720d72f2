namespace PgPubSub.Actors;

/// <summary>
/// Turns events into bytes and back. It is used by several threads at once. What it throws is told by its type alone: its message may quote data.
/// Events that are published as <see cref="System.Text.Json.JsonElement"/> or <see cref="EventBytes"/> are stored without it.
/// </summary>
public interface IPayloadSerializer
{
    /// <summary>The media type of what it writes. <c>application/json</c> is checked and stored as JSON; anything else is opaque.</summary>
    string ContentType { get; }

    /// <summary>Writes an event.</summary>
    /// <param name="value">The event; never null.</param>
    /// <returns>Its bytes; they must not change afterwards.</returns>
    ReadOnlyMemory<byte> Write(object value);

    /// <summary>Reads an event that stands in a topic, whoever wrote it.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="contentType">Their media type: <c>application/json</c> for everything that is stored as JSON.</param>
    /// <param name="type">What is wanted.</param>
    /// <returns>An object of that type. Null counts as unreadable, as does an exception.</returns>
    object? Read(ReadOnlyMemory<byte> bytes, string contentType, Type type);
}
