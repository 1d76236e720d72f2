namespace PgPubSub.Actors;

/// <summary>Reasons come from people and exceptions; what is stored must be text that PostgreSQL takes.</summary>
internal static class Reason
{
    private const int Most = 1_000;

    public static string Clean(string? reason)
    {
        var text = (reason ?? "").Replace('\0', ' ');
        if (text.Length > Most)
            text = text[..Most];
        return string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                var paired = char.IsHighSurrogate(from[i]) ? i + 1 < from.Length && char.IsLowSurrogate(from[i + 1]) : i > 0 && char.IsHighSurrogate(from[i - 1]);
                to[i] = !char.IsSurrogate(from[i]) || paired ? from[i] : '\uFFFD';
            }
        });
    }
}
