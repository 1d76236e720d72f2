using System.Text.Json;
using System.Text.Json.Serialization;

namespace CommitFeed.Journals;

/// <summary>A journal is JSON lines.</summary>
internal static class JournalFormat
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    public static byte[] Write(JournalEntry entry) => [.. JsonSerializer.SerializeToUtf8Bytes(entry, Options), (byte)'\n'];

    public static JournalEntry Read(ReadOnlySpan<byte> line) => JsonSerializer.Deserialize<JournalEntry>(line, Options);
}
