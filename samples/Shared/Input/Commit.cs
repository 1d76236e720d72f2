using System.Text;

namespace PgPubSub.Samples.Shared.Input;

/// <summary>A commit as it travels.</summary>
internal sealed record Commit(string Hash, string Author, DateTimeOffset Time, string Subject, IReadOnlyList<string> Files)
{
    /// <summary>The name that it is published under.</summary>
    public const string EventType = "commit";

    private const int MostKeyBytes = 200;

    /// <summary>An author's name as a key: what no key may have is left out.</summary>
    public static string? KeyOf(string author)
    {
        var key = new StringBuilder();
        foreach (var rune in author.EnumerateRunes().Where(rune => !Rune.IsControl(rune)))
        {
            if (Encoding.UTF8.GetByteCount(key.ToString()) + rune.Utf8SequenceLength > MostKeyBytes)
                break;
            key.Append(rune);
        }

        return key.Length == 0 ? null : key.ToString();
    }
}
