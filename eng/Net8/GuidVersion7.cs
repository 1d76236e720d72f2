namespace System;

/// <summary>What .NET 9 brought: ids that grow with time.</summary>
internal static class GuidVersion7
{
    private const int TimestampBytes = 6;

    extension(Guid)
    {
        public static Guid CreateVersion7()
        {
            Span<byte> bytes = stackalloc byte[16];
            Guid.NewGuid().TryWriteBytes(bytes, bigEndian: true, out _); // the variant and the random bits stay
            var milliseconds = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            for (var at = TimestampBytes - 1; at >= 0; at--, milliseconds >>= 8)
                bytes[at] = (byte)milliseconds;
            bytes[TimestampBytes] = (byte)(0x70 | (bytes[TimestampBytes] & 0x0F));
            return new Guid(bytes, bigEndian: true);
        }
    }
}
