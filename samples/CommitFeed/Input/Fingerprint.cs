using System.Security.Cryptography;
using PgPubSub.Actors;

namespace CommitFeed.Input;

/// <summary>A hash of an event's bytes that travels as a header, so that every consumer can tell whether it got what was published.</summary>
internal static class Fingerprint
{
    public const string Header = "fingerprint";

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static bool Fits(Delivery delivery) =>
        delivery.Headers.TryGetValue(Header, out var published) && published == Of(delivery.Bytes.Span);
}
