using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Payloads;

/// <summary>Turns what is to be published into what is stored, or says why it can't be.</summary>
internal sealed class PayloadWriter(EventTypeMap types, IPayloadSerializer serializer, int maxPayloadBytes)
{
    private const int MostDepth = JsonPayloadSerializer.MostDepth;

    /// <summary>The event, with the trace that it belongs to; or the problem: one of them is null.</summary>
    public (NewEvent? Event, string? Problem) Write(Publish publish, ActivityContext trace = default)
    {
        try
        {
            if (Problem(publish) is { } problem)
                return (null, problem);
            var (data, contentType) = Payload(publish.Event);
            if (data.Length > maxPayloadBytes)
                return (null, $"The payload has {data.Length} bytes; MaxPayloadBytes is {maxPayloadBytes}.");
            var headers = TraceHeaders.With(publish.Headers, trace) is { Count: > 0 } all ? JsonSerializer.SerializeToUtf8Bytes(all) : null;
            var type = TypeOf(publish);
            if (NameRule.Problem("type", type) is { } unnamed)
                return (null, unnamed);
            return (new NewEvent(Guid.CreateVersion7(), type, publish.Key, data, contentType, headers is null ? default(ReadOnlyMemory<byte>?) : headers), null);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever a getter or converter throws may quote data: only its type is told.
            return (null, e is PayloadException ? e.Message : $"The event can't be serialised ({e.GetType().Name}).");
        }
    }

    private (ReadOnlyMemory<byte> Data, string? ContentType) Payload(object value) => value switch
    {
        Publish or PublishAll or PublishEach => throw new PayloadException("The event is itself a request to publish."),
        EventBytes { ContentType: null or "" } or byte[] or ReadOnlyMemory<byte> or Memory<byte> =>
            throw new PayloadException("Bytes need a content type: use EventBytes."),
        EventBytes bytes when NameRule.Problem("content type", bytes.ContentType) is { } problem => throw new PayloadException(problem),
        EventBytes bytes when IsJson(bytes.ContentType) => (Checked(bytes.Bytes), null),
        EventBytes bytes => (bytes.Bytes, bytes.ContentType),
        JsonElement { ValueKind: JsonValueKind.Undefined } => throw new PayloadException("The JSON element is undefined."),
        JsonElement json => (AsSent(json), null),
        _ when serializer == JsonPayloadSerializer.Default => (serializer.Write(value), null),
        _ when IsJson(serializer.ContentType) => (Checked(serializer.Write(value)), null),
        _ => (serializer.Write(value), serializer.ContentType),
    };

    private static bool IsJson(string contentType) =>
        contentType.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);

    // Its text is kept as it is, unless it was read from what is only nearly JSON: with comments, say.
    private static ReadOnlyMemory<byte> AsSent(JsonElement json)
    {
        try
        {
            return Checked(JsonMarshal.GetRawUtf8Value(json).ToArray());
        }
        catch (PayloadException)
        {
            return Checked(JsonPayloadSerializer.Default.Write(json));
        }
    }

    private static ReadOnlyMemory<byte> Checked(ReadOnlyMemory<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = MostDepth });
            while (reader.Read())
            {
                // Unescaping finds a lone surrogate in an escape; the reader itself checks UTF-8 only here.
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    reader.GetString();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new PayloadException($"The payload is not JSON, is nested deeper than {MostDepth}, or has text that is not UTF-8.");
        }

        return json;
    }

    private string TypeOf(Publish publish) => publish.Type ?? publish.Event switch
    {
        JsonElement or EventBytes => throw new PayloadException("JSON and bytes need a Type."),
        var value => TypeOf(value.GetType()),
    };

    private string TypeOf(Type type)
    {
        var name = types.NameOf(type);
        return types.IsTaken(name, type) ? throw new PayloadException("The event's type has a name that is registered for another type.") : name;
    }

    private static string? Problem(Publish publish)
    {
        if (publish.Event is null)
            return "The event is null.";
        if (publish.Type is not null && NameRule.Problem("type", publish.Type) is { } type)
            return type;
        if (publish.Key is not null && NameRule.Problem("key", publish.Key) is { } key)
            return key;
        foreach (var (name, value) in publish.Headers ?? new Dictionary<string, string>())
        {
            if ((NameRule.Problem("header name", name) ?? NameRule.TextProblem("header value", value)) is { } header)
                return header;
            if (value is null)
                return "A header value is null.";
        }

        return null;
    }
}
