namespace System;

/// <summary>What .NET 9 brought: hexadecimal text in lower case.</summary>
internal static class HexStringLower
{
    extension(Convert)
    {
        public static string ToHexStringLower(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
    }
}
