using System.Text.Json;
using System.Text.Unicode;
using PgPubSub.Samples.Shared.Input;

namespace CommitFeed.Input;

/// <summary>Any file of JSON lines. Every line is checked before the first is published; empty lines count for nothing.</summary>
internal static class JsonLines
{
    private const int MostDepth = 1_000;

    public static async Task<IReadOnlyList<FeedEvent>> ReadAsync(string path, CancellationToken cancel)
    {
        ReadOnlyMemory<byte> rest = await BytesOfAsync(path, cancel);
        if (rest.Span.StartsWith("\uFEFF"u8))
            rest = rest["\uFEFF"u8.Length..];
        var events = new List<FeedEvent>();
        for (var number = 1; !rest.IsEmpty; number++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = (end < 0 ? rest : rest[..end]).TrimEnd((byte)'\r');
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.Span.ContainsAnyExcept(" \t"u8))
                events.Add(new FeedEvent("line", null, Checked(line, $"Line {number} of {path}")));
        }

        return events.Count > 0 ? events : throw new InputException($"{path} has no lines.");
    }

    private static async Task<byte[]> BytesOfAsync(string path, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancel);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"There is no file {path}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message}");
        }
    }

    private static ReadOnlyMemory<byte> Checked(ReadOnlyMemory<byte> line, string place)
    {
        if (!Utf8.IsValid(line.Span))
            throw new InputException($"{place} is not UTF-8.");
        try
        {
            using var _ = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = MostDepth });
            return line;
        }
        catch (JsonException e)
        {
            throw new InputException($"{place} is not JSON (at byte {e.BytePositionInLine}).");
        }
    }
}
