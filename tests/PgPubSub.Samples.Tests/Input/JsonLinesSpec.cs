using System.Text;
using CommitFeed.Input;
using PgPubSub.Samples.Shared.Input;

namespace PgPubSub.Samples.Tests.Input;

public sealed class JsonLinesSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_line_is_an_event_as_it_stands()
    {
        var events = await ReadAsync("{\"a\":  1}\n[2]\r\n\n  \n\"three\"");
        Assert.Equal(["{\"a\":  1}", "[2]", "\"three\""], events.Select(e => Encoding.UTF8.GetString(e.Json.Span)));
    }

    [Fact]
    public async Task A_byte_order_mark_counts_for_nothing() => Assert.Single(await ReadAsync("\uFEFF{}\n"));

    [Theory]
    [InlineData("{}\n\n{oops}\n", "Line 3 of ", " is not JSON (at byte 1).")]
    [InlineData("{} {}\n", "Line 1 of ", " is not JSON (at byte 3).")]
    [InlineData("\n \n", "", " has no lines.")]
    public async Task A_bad_file_is_refused_with_the_place(string content, string begin, string end)
    {
        var error = (await Assert.ThrowsAsync<InputException>(() => ReadAsync(content))).Message;
        Assert.StartsWith(begin, error, StringComparison.Ordinal);
        Assert.EndsWith(end, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_not_utf8_is_refused()
    {
        var path = _folder.File("latin.jsonl", "");
        await File.WriteAllBytesAsync(path, [.. "\""u8, 0xE9, .. "\"\n"u8]);
        Assert.StartsWith("Line 1 of ", (await Assert.ThrowsAsync<InputException>(() => JsonLines.ReadAsync(path, CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_refused() =>
        Assert.StartsWith("There is no file ", (await Assert.ThrowsAsync<InputException>(() => JsonLines.ReadAsync(Path.Combine(_folder.Path, "none"), CancellationToken.None))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_folder_is_refused() =>
        Assert.Contains("can't be read", (await Assert.ThrowsAsync<InputException>(() => JsonLines.ReadAsync(_folder.Path, CancellationToken.None))).Message, StringComparison.Ordinal);

    private Task<IReadOnlyList<FeedEvent>> ReadAsync(string content) => JsonLines.ReadAsync(_folder.File("input.jsonl", content), CancellationToken.None);
}
