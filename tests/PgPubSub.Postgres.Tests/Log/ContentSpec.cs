using System.Text;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Tests.Log;

/// <summary>What goes in comes out as it was sent, and what can't be kept is refused and harms nobody.</summary>
public sealed class ContentSpec : StoreSpec
{
    // A server with the default max_stack_depth of 2 MB refuses nesting somewhere between this and the depth that is refused below.
    private const int SafeDepth = 1_000;
    private const int RefusedDepth = 200_000;

    public static TheoryData<NewEvent> Kept() => new()
    {
        Event("""{ "b": 1,  "a": "ü€😀\u0000", "b": 2 }"""), Event("null"), Event("\"text\""), Event(" [1.50, 1e400, -0] "), Event("{}") with { Key = "clé 'x'" },
        Event("{}") with { Headers = """{"trace": "00-1", "trace": "again"}"""u8.ToArray() },
        Event("") with { ContentType = "text/plain" }, Event("\0\u0001") with { ContentType = "application/octet-stream", Type = "'; DROP TABLE event; --" },
        Event(string.Concat(Enumerable.Repeat("[", SafeDepth)) + string.Concat(Enumerable.Repeat("]", SafeDepth))),
        Event("\"" + new string('x', 3_000_000) + "\""),
    };

    [Theory]
    [MemberData(nameof(Kept), DisableDiscoveryEnumeration = true)]
    public async Task An_event_comes_out_as_it_was_sent(NewEvent sent)
    {
        var topic = await TopicAsync();
        await Store.Log.AppendAsync(topic, 0, [Event("1"), sent, Event("2") with { ContentType = "x/y" }]);

        var read = (await Store.Log.ReadAsync(topic, 1, 1, long.MaxValue, CancellationToken.None)).Single();

        Assert.Equal((sent.Id, sent.Type, sent.Key, sent.ContentType), (read.Id, read.Type, read.Key, read.ContentType));
        Assert.Equal(sent.Data.ToArray(), read.Data.ToArray());
        Assert.Equal(sent.Headers?.ToArray(), read.Headers?.ToArray());
        Assert.Equal(1, read.Offset);
    }

    public static TheoryData<string, NewEvent> Refused() => new()
    {
        { "not JSON", Event("{ \"secret\": ") }, { "empty", Event("") }, { "headers that are not JSON", Event("{}") with { Headers = "secret"u8.ToArray() } },
        { "not UTF-8", Event("{}") with { Data = new byte[] { (byte)'"', 0xFF, (byte)'"' } } }, { "a zero in a text", Event("{}") with { Key = "secret\0" } },
        { "nested too deep", Event(string.Concat(Enumerable.Repeat("[", RefusedDepth)) + string.Concat(Enumerable.Repeat("]", RefusedDepth))) },
        { "a lone surrogate", Event("{}") with { Type = "secret\ud800" } },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task What_cannot_be_kept_is_refused_without_being_quoted_and_nothing_is_written(string what, NewEvent bad)
    {
        var topic = await TopicAsync();
        for (var i = 0; i < 4; i++)
        {
            var refused = await Assert.ThrowsAsync<StoreException>(() => Store.Log.AppendAsync(topic, i, [Event("1"), bad]));
            Assert.Equal((what, FaultKind.Refused), (what, refused.Kind));
            Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
            Assert.Null(refused.InnerException);
            Assert.Equal(i, (await Store.Log.AppendAsync(topic, i, [Event("1")])).First);
        }
    }

    [Fact]
    public async Task A_batch_of_every_kind_of_event_keeps_them_apart()
    {
        var topic = await TopicAsync();
        var sent = Enumerable.Range(0, 40).Select(i => Event($"{i}") with
        {
            ContentType = i % 3 == 0 ? "text/plain" : null,
            Key = i % 4 == 0 ? $"k{i}" : null,
            Headers = i % 5 == 0 ? Encoding.UTF8.GetBytes($$"""{"n":"{{i}}"}""") : (ReadOnlyMemory<byte>?)null,
        }).ToList();

        await Store.Log.AppendAsync(topic, 0, sent);

        var read = await Store.Log.ReadAsync(topic, 0, 100, long.MaxValue, CancellationToken.None);
        Assert.Equal(sent.Select(Text), read.Select(e => Text(new NewEvent(e.Id, e.Type, e.Key, e.Data, e.ContentType, e.Headers))));
    }

    private static NewEvent Event(string data) => new(Guid.CreateVersion7(), "test", null, Encoding.UTF8.GetBytes(data), null, null);

    private static string Text(NewEvent e) =>
        $"{e.Id} {e.Type} {e.Key} {Encoding.UTF8.GetString(e.Data.Span)} {e.ContentType} {(e.Headers is { } h ? Encoding.UTF8.GetString(h.Span) : "none")}";
}
