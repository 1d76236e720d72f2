using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using PgPubSub.Cli.Output;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Events;

/// <summary>What an event gets whose line is its data alone.</summary>
/// <param name="Type">Its type's name.</param>
/// <param name="Key">What it belongs to, or null.</param>
/// <param name="Headers">A JSON object of strings in UTF-8, or null.</param>
internal sealed record LineDefaults(string Type, string? Key, ReadOnlyMemory<byte>? Headers);

/// <summary>A line that can't be published; the message names neither the line nor what stands in it.</summary>
internal sealed class LineException(string message) : Exception(message);

/// <summary>
/// From a line of JSON to an event: the line is its data, or an event as <see cref="EventText"/> writes it. Of that <c>type</c> and <c>data</c>, or <c>content_type</c> and
/// <c>body_base64</c>, must be there; <c>key</c>, <c>headers</c> and <c>event_id</c> may be; everything else is left aside.
/// </summary>
internal static class EventLine
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = Report.MostDepth };

    public static NewEvent Data(ReadOnlyMemory<byte> line, LineDefaults defaults)
    {
        using var checkedOnly = Parse(line);
        return new NewEvent(Guid.CreateVersion7(), defaults.Type, defaults.Key, line, null, defaults.Headers);
    }

    public static NewEvent Event(ReadOnlyMemory<byte> line)
    {
        using var document = Parse(line);
        var root = document.RootElement;
        if (root.ValueKind is not JsonValueKind.Object)
            throw new LineException("It is not a JSON object.");
        var type = Text(root, "type") ?? throw new LineException("It has no type.");
        var (key, contentType) = (Text(root, "key"), Text(root, "content_type"));
        Require(NameRule.Problem("type", type) ?? (key is null ? null : NameRule.Problem("key", key)) ?? (contentType is null ? null : NameRule.Problem("content_type", contentType)));
        var id = Text(root, "event_id") is not { } text ? Guid.CreateVersion7()
            : Guid.TryParseExact(text, "D", out var given) ? given : throw new LineException("Its event_id is not a UUID.");
        var headers = root.TryGetProperty("headers", out var named) && named.ValueKind is not JsonValueKind.Null ? Headers(Pairs(named)) : null;
        return new NewEvent(id, type, key, contentType is null ? Json(root) : Bytes(root), contentType, headers);
    }

    /// <summary>Headers as the log keeps them; null where there are none.</summary>
    public static ReadOnlyMemory<byte>? Headers(IReadOnlyCollection<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers)
            Require(NameRule.Problem("header's name", name) ?? (value.Contains('\0', StringComparison.Ordinal) ? "The header's value has a NUL character." : NameRule.TextProblem("header's value", value)));
        return headers.Count == 0 ? default(ReadOnlyMemory<byte>?) : JsonSerializer.SerializeToUtf8Bytes(headers.ToDictionary());
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> line)
    {
        if (!Utf8.IsValid(line.Span))
            throw new LineException("It is not UTF-8.");
        try
        {
            return JsonDocument.Parse(line, Deep);
        }
        catch (JsonException e)
        {
            throw new LineException(string.Create(CultureInfo.InvariantCulture, $"It is not JSON (at byte {e.BytePositionInLine})."));
        }
    }

    private static string? Text(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
            return null;
        return value.ValueKind is JsonValueKind.String ? Read(value, name) : throw new LineException($"Its {name} is not a string.");
    }

    private static IReadOnlyCollection<KeyValuePair<string, string>> Pairs(JsonElement headers) =>
        headers.ValueKind is JsonValueKind.Object && headers.EnumerateObject().All(header => header.Value.ValueKind is JsonValueKind.String)
            ? [.. headers.EnumerateObject().Select(header => KeyValuePair.Create(header.Name, Read(header.Value, "headers"))).GroupBy(header => header.Key).Select(same => same.Last())]
            : throw new LineException("Its headers are not an object of strings.");

    // A lone surrogate can be written in JSON and is no text.
    private static string Read(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new LineException($"Its {name} has a lone surrogate.");
        }
    }

    private static byte[] Json(JsonElement root) =>
        root.TryGetProperty("data", out var data) ? Encoding.UTF8.GetBytes(data.GetRawText()) : throw new LineException("It has no data.");

    private static byte[] Bytes(JsonElement root) =>
        root.TryGetProperty("body_base64", out var body) && body.ValueKind is JsonValueKind.String && body.TryGetBytesFromBase64(out var bytes)
            ? bytes : throw new LineException("Its body_base64 is not there or not base64.");

    private static void Require(string? problem)
    {
        if (problem is not null)
            throw new LineException(problem);
    }
}
