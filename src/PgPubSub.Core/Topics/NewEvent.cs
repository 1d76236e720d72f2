namespace PgPubSub.Core.Topics;

/// <summary>An event on its way into the log.</summary>
/// <param name="Id">Made by the publishing node (UUID version 7, RFC 9562); proof that an append happened once.</param>
/// <param name="Type">The event type's name.</param>
/// <param name="Key">What it belongs to, or null.</param>
/// <param name="Data">JSON text in UTF-8 where <paramref name="ContentType"/> is null, else opaque bytes.</param>
/// <param name="ContentType">The media type of opaque bytes, or null for JSON.</param>
/// <param name="Headers">A JSON object of strings in UTF-8, or null.</param>
public sealed record NewEvent(Guid Id, string Type, string? Key, ReadOnlyMemory<byte> Data, string? ContentType, ReadOnlyMemory<byte>? Headers)
{
    /// <summary>What a batch counts it as, in bytes.</summary>
    public int Size => Data.Length + (Headers?.Length ?? 0);

    /// <summary>Never shows data, key or headers.</summary>
    public override string ToString() => $"event {Id}";
}
