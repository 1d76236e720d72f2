using PgPubSub.Core.Faults;

namespace PgPubSub.Postgres.Connections;

/// <summary>Keeps from the wire what PostgreSQL can't store as text: a lone surrogate would tear a message in the middle of its writing.</summary>
internal static class Texts
{
    private const int LongestReason = 2_000;
    private const char Replacement = '\uFFFD';

    /// <summary>Refuses a parameter that holds such a text.</summary>
    public static void Require(object? value)
    {
        if (value is string one ? Bad(one) : value is string?[] many && Array.Exists(many, text => text is not null && Bad(text)))
            throw new StoreException(FaultKind.Refused, "A text has a zero character or a lone surrogate.");
    }

    /// <summary>Makes a reason storable: what a consumer gives as one must never keep its settlement from being written.</summary>
    public static string Reason(string why)
    {
        var text = why.Length > LongestReason ? why[..LongestReason] : why;
        return !Bad(text) ? text : string.Create(text.Length, text, (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = from[i] == '\0' || IsLone(from, i) ? Replacement : from[i];
        });
    }

    private static bool Bad(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            return true;
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (IsLone(text, i))
                return true;
        }

        return false;
    }

    private static bool IsLone(string text, int at) => char.IsSurrogate(text[at])
        && !(char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        && !(char.IsLowSurrogate(text[at]) && at > 0 && char.IsHighSurrogate(text[at - 1]));
}
