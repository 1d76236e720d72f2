namespace PgPubSub.Actors;

/// <summary>An event that is bytes already.</summary>
/// <param name="Bytes">The bytes; not copied, so they must not change afterwards.</param>
/// <param name="ContentType">
/// Their media type. <c>application/json</c> is checked and stored as JSON; anything else is opaque.
/// </param>
public sealed record EventBytes(ReadOnlyMemory<byte> Bytes, string ContentType)
{
    /// <summary>Never shows the bytes.</summary>
    /// <returns>Length and media type.</returns>
    public override string ToString() => $"{Bytes.Length} bytes of {ContentType}";
}
