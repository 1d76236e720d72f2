namespace PgPubSub.Samples.Tests.Shops;

/// <summary>Reads what of a message in Protocol Buffers' encoding has a length: texts, bytes and messages. Numbers are passed over.</summary>
internal static class ProtobufFields
{
    /// <summary>The contents of each field with this number, in their order.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Fields(this ReadOnlyMemory<byte> message, int number)
    {
        while (message.Length > 0)
        {
            var tag = Varint(ref message);
            var length = (tag & 7) switch
            {
                0 => 0,
                1 => 8,
                2 => (int)Varint(ref message),
                5 => 4,
                _ => throw new FormatException($"There is no wire type {tag & 7}."),
            };
            if ((tag & 7) == 0)
                Varint(ref message);
            if ((tag & 7) == 2 && (int)(tag >> 3) == number)
                yield return message[..length];
            message = message[length..];
        }
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        var (value, shift) = (0UL, 0);
        while (true)
        {
            var next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
            shift += 7;
        }
    }
}
