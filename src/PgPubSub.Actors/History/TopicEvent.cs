using System.Diagnostics;
using System.Text.Json;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors;

/// <summary>An event as the log keeps it.</summary>
public sealed class TopicEvent
{
    private const string JsonType = "application/json";

    private readonly StoredEvent _event;
    private readonly IPayloadSerializer _serializer;
    private IReadOnlyDictionary<string, string>? _headers;

    internal TopicEvent(string topic, StoredEvent stored, IPayloadSerializer serializer) => (Topic, _event, _serializer) = (topic, stored, serializer);

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>The event's place in the topic, from 0 without a gap.</summary>
    public long Offset => _event.Offset;

    /// <summary>The event's id, the same at every delivery: what to recognise a repetition by.</summary>
    public Guid EventId => _event.Id;

    /// <summary>The event type's name.</summary>
    public string Type => _event.Type;

    /// <summary>What the event belongs to, or null.</summary>
    public string? Key => _event.Key;

    /// <summary>When it was published, by the database's clock; never decreasing along a topic.</summary>
    public DateTimeOffset PublishedAt => _event.PublishedAt;

    /// <summary>The media type: <c>application/json</c>, or what the publisher gave with its bytes, or its serializer's.</summary>
    public string ContentType => _event.ContentType ?? JsonType;

    /// <summary>The headers; empty where there are none.</summary>
    /// <exception cref="EventUnreadableException">Somebody else wrote them, and they are not names with texts.</exception>
    public IReadOnlyDictionary<string, string> Headers => _headers ??= _event.Headers is { } headers ? HeadersOf(headers.Span) : new Dictionary<string, string>();

    /// <summary>The trace that it was published in, as its headers <c>traceparent</c> and <c>tracestate</c> say (W3C Trace Context); default where they don't.</summary>
    public ActivityContext TraceContext => TraceHeaders.Read(_event.Headers);

    /// <summary>The event as it was sent: JSON in UTF-8, or other bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _event.Data;

    /// <summary>The event as JSON.</summary>
    /// <exception cref="EventUnreadableException">It is not JSON.</exception>
    public JsonElement Json
    {
        get
        {
            try
            {
                return JsonElement.Parse(_event.Data.Span, new JsonDocumentOptions { MaxDepth = JsonPayloadSerializer.MostDepth });
            }
            catch (JsonException e)
            {
                throw new EventUnreadableException("JSON", e);
            }
        }
    }

    /// <summary>The event as an object, read by <see cref="PgPubSubOptions.Serializer"/>.</summary>
    /// <typeparam name="T">What it was published as, or anything that its data fits.</typeparam>
    /// <returns>The object.</returns>
    /// <exception cref="EventUnreadableException">Its data can't be read as this type.</exception>
    public T As<T>() => (T)As(typeof(T));

    private static Dictionary<string, string> HeadersOf(ReadOnlySpan<byte> json)
    {
        try
        {
            var read = JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
            return read.ContainsValue(null!) ? throw new EventUnreadableException("headers", "one is null") : read;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new EventUnreadableException("headers", e);
        }
    }

    internal object As(Type type)
    {
        object? read;
        try
        {
            read = _serializer.Read(_event.Data, ContentType, type);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new EventUnreadableException(type.ToString(), e);
        }

        return type.IsInstanceOfType(read) ? read : throw new EventUnreadableException(type.ToString(), read is null ? "it is null" : "the serializer made another type");
    }

    /// <summary>Never shows data, key or headers.</summary>
    /// <returns>Topic and offset.</returns>
    public override string ToString() => $"Event of {Topic} at {Offset}";
}
