using PgPubSub.Actors.Telemetry;

namespace PgPubSub.Actors;

/// <summary>
/// Publishes one event. Answered with <see cref="Published"/> after the commit, or <see cref="PublishRejected"/>; publishes of one sender
/// to one topic keep their order.
/// </summary>
/// <param name="Topic">The topic; made on first use.</param>
/// <param name="Event">
/// What to publish: any object (written by <see cref="PgPubSubOptions.Serializer"/>, by default as JSON), ready JSON as a <see cref="System.Text.Json.JsonElement"/>, or <see cref="EventBytes"/>.
/// </param>
/// <param name="Key">What the event belongs to, for example an order's number; optional.</param>
/// <param name="Type">The event type's name; by default the name of the object's type: as registered, of its <see cref="EventTypeAttribute"/>, or its full CLR name.</param>
/// <param name="Headers">Names and values that travel with the event; optional.</param>
public sealed record Publish(string Topic, object Event, string? Key = null, string? Type = null, IReadOnlyDictionary<string, string>? Headers = null) : ITopicCommand
{
    /// <summary>Where it was made: its event travels in that trace.</summary>
    internal TraceOrigin Origin { get; } = TraceOrigin.Here;

    /// <summary>Never shows the event, its key or its headers.</summary>
    /// <returns>The topic alone.</returns>
    public override string ToString() => $"Publish to {Topic}";
}

/// <summary>Publishes several events under consecutive offsets, all or none. Answered with <see cref="PublishedAll"/> or <see cref="PublishRejected"/>.</summary>
/// <param name="Topic">The topic; made on first use.</param>
/// <param name="Events">The events, at least one and at most 10,000; their <see cref="Publish.Topic"/> must be the same.</param>
public sealed record PublishAll(string Topic, IReadOnlyList<Publish> Events) : ITopicCommand
{
    /// <summary>Publishes objects that need neither key nor headers; one that is a <see cref="Publish"/> stands for itself.</summary>
    /// <param name="topic">The topic; made on first use.</param>
    /// <param name="events">The objects.</param>
    public PublishAll(string topic, params IEnumerable<object> events)
        : this(topic, [.. (events ?? []).Select(e => e as Publish ?? new Publish(topic, e))])
    {
    }

    /// <summary>Where it was made: its events travel in that trace.</summary>
    internal TraceOrigin Origin { get; } = TraceOrigin.Here;

    /// <summary>Never shows an event.</summary>
    /// <returns>The topic and the number of events.</returns>
    public override string ToString() => $"PublishAll of {Events?.Count} to {Topic}";
}

/// <summary>Everything that <see cref="Publish"/>, <see cref="PublishAll"/> and <see cref="PublishEach"/> can be answered with.</summary>
public interface IPublishReply
{
    /// <summary>The topic.</summary>
    string Topic { get; }
}

/// <summary>The event is committed and will be delivered at least once.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Offset">Its place in the topic, from 0 without a gap.</param>
/// <param name="EventId">The id that every delivery of it bears.</param>
public sealed record Published(string Topic, long Offset, Guid EventId) : IPublishReply;

/// <summary>The events are committed under consecutive offsets and will be delivered at least once.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="First">The first one's offset.</param>
/// <param name="EventIds">Their ids, in their order.</param>
public sealed record PublishedAll(string Topic, long First, IReadOnlyList<Guid> EventIds) : IPublishReply;

/// <summary>Nothing was stored, unless the reason says that the outcome is unknown.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Reason">What is wrong: the field and the rule, never the value.</param>
/// <param name="CanRetry">Whether the same request may succeed later.</param>
public sealed record PublishRejected(string Topic, string Reason, bool CanRetry) : IPublishReply;
