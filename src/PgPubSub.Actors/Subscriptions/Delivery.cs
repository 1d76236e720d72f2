using System.Text.Json;
using Akka.Actor;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors;

/// <summary>An event in a consumer's hands. It answers the delivery's sender with <see cref="Ack"/> or <see cref="Nack"/> before the deadline passes.</summary>
public sealed class Delivery : INoSerializationVerificationNeeded
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { MaxDepth = 1_000 };
    private readonly StoredEvent _event;
    private IReadOnlyDictionary<string, string>? _headers;

    internal Delivery(string topic, string? group, DeliveryId id, StoredEvent stored, int attempt) =>
        (Topic, Group, Id, _event, Attempt) = (topic, group, id, stored, attempt);

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>The group, or null for a private subscriber.</summary>
    public string? Group { get; }

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

    /// <summary>The number of this hand-out, from 1.</summary>
    public int Attempt { get; }

    /// <summary>The media type: <c>application/json</c>, or what the publisher gave with its bytes.</summary>
    public string ContentType => _event.ContentType ?? "application/json";

    /// <summary>The headers; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Headers => _headers ??= _event.Headers is { } headers
        ? JsonSerializer.Deserialize<Dictionary<string, string>>(headers.Span)!
        : new Dictionary<string, string>();

    /// <summary>The event as it was sent: JSON in UTF-8, or the publisher's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _event.Data;

    /// <summary>The event as JSON.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public JsonElement Json => JsonElement.Parse(_event.Data.Span, new JsonDocumentOptions { MaxDepth = 1_000 });

    internal DeliveryId Id { get; }

    /// <summary>The event as an object.</summary>
    /// <typeparam name="T">What it was published as, or anything that its JSON fits.</typeparam>
    /// <returns>The object.</returns>
    /// <exception cref="JsonException">It is not JSON, or not JSON of this type.</exception>
    public T As<T>() => JsonSerializer.Deserialize<T>(_event.Data.Span, Options) ?? throw new JsonException("The event is null.");

    /// <summary>The answer that it was handled.</summary>
    /// <param name="confirm">Whether the answer is to be answered with <see cref="AnswerConfirmed"/> after the commit.</param>
    /// <returns>What to tell the delivery's sender.</returns>
    public Ack Ack(bool confirm = false) => new(Id, confirm);

    /// <summary>The answer that it failed: it comes back later, or is buried after its last attempt.</summary>
    /// <param name="reason">Why, for people; at most 1,000 characters of it are kept.</param>
    /// <param name="delay">How long it waits; by default the group's back-off; 0 or more, at most 30 days.</param>
    /// <param name="confirm">Whether the answer is to be answered with <see cref="AnswerConfirmed"/> after the commit.</param>
    /// <returns>What to tell the delivery's sender.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative or longer than 30 days.</exception>
    public Nack Nack(string reason, TimeSpan? delay = null, bool confirm = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay ?? TimeSpan.Zero, TimeSpan.Zero, nameof(delay));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay ?? TimeSpan.Zero, TimeSpan.FromDays(30), nameof(delay));
        return new Nack(Id, Reason.Clean(reason), delay, confirm);
    }

    /// <summary>The answer that it will never succeed: it becomes a dead letter now, whatever attempts it has left.</summary>
    /// <param name="reason">Why, for people; at most 1,000 characters of it are kept.</param>
    /// <param name="confirm">Whether the answer is to be answered with <see cref="AnswerConfirmed"/> after the commit.</param>
    /// <returns>What to tell the delivery's sender.</returns>
    public Bury DeadLetter(string reason, bool confirm = false) => new(Id, Reason.Clean(reason), confirm);

    /// <summary>The answer that it takes longer.</summary>
    /// <param name="time">The new deadline, from when the answer arrives; more than 0, at most 1 day.</param>
    /// <returns>What to tell the delivery's sender.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is not more than 0 or longer than 1 day.</exception>
    public Extend Extend(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromDays(1));
        return new Extend(Id, time);
    }

    /// <summary>Whether both are the same hand-out of the same event.</summary>
    internal bool IsSameAs(Delivery other) => Id == other.Id && EventId == other.EventId && Attempt == other.Attempt;

    /// <summary>Never shows data, key or headers.</summary>
    /// <returns>Topic, offset and attempt.</returns>
    public override string ToString() => $"Delivery of {Topic} at {Offset}, attempt {Attempt}";
}
