using System.Text;
using System.Text.Json;

namespace CommitFeed.Input;

/// <summary>One event to publish.</summary>
/// <param name="Type">Its type's name.</param>
/// <param name="Key">What it belongs to, or null.</param>
/// <param name="Json">Its JSON in UTF-8, published as it stands.</param>
internal sealed record FeedEvent(string Type, string? Key, ReadOnlyMemory<byte> Json)
{
    private const int MostKeyBytes = 200;

    public static FeedEvent Of(Commit commit) => new("commit", KeyOf(commit.Author), JsonSerializer.SerializeToUtf8Bytes(commit, JsonSerializerOptions.Web));

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

/// <summary>A commit as it travels.</summary>
internal sealed record Commit(string Hash, string Author, DateTimeOffset Time, string Subject, IReadOnlyList<string> Files);
