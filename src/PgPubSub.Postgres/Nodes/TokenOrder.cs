using System.Buffers.Binary;

namespace PgPubSub.Postgres.Nodes;

/// <summary>Tokens are UUIDs of version 7: their order is that in which a node's clock had them made.</summary>
internal static class TokenOrder
{
    /// <summary>The token below which all lie that were made before a moment.</summary>
    public static Guid From(DateTimeOffset moment)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, moment.ToUnixTimeMilliseconds() << 16);
        return new Guid(bytes, bigEndian: true);
    }
}
