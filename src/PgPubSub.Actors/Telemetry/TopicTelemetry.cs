using System.Diagnostics;

namespace PgPubSub.Actors.Telemetry;

/// <summary>What the publisher of a topic tells. Used by its actor alone.</summary>
internal sealed class TopicTelemetry
{
    private readonly string _topic;
    private readonly KeyValuePair<string, object?>[] _tags, _accepted, _rejected;
    private int _published, _refused;

    public TopicTelemetry(string instance, string topic)
    {
        (_topic, _tags) = (topic, Tags.Of(instance, (Attributes.Topic, topic)));
        _accepted = _tags.And(Attributes.Operation, Operation.Publish.Name);
        _rejected = _accepted.And(Attributes.ErrorType, nameof(PublishRejected));
        Appends = new CallTelemetry(Operation.Append, _tags);
    }

    public CallTelemetry Appends { get; }

    /// <summary>The span of a request to publish, which ends with its reply; null where nobody listens.</summary>
    /// <param name="origin">Where it was made.</param>
    /// <param name="events">Its events, to link to where each was made.</param>
    public Activity? Start(TraceOrigin origin, ReadOnlySpan<Publish> events)
    {
        if (!Spans.AreHeard)
            return null;
        var (parent, links) = (origin.Context, default(List<ActivityLink>));
        foreach (var one in events)
        {
            var made = one.Origin.Context;
            if (parent == default)
                parent = made;
            else if (made != default && made != parent && (links is null || (links.Count < Spans.MostLinks && links[^1].Context != made)))
                (links ??= []).Add(new ActivityLink(made));
        }

        var span = Spans.Start(Operation.Publish, ActivityKind.Producer, _topic, parent, _tags, links);
        if (events.Length > 1)
            span?.SetTag(Attributes.BatchCount, events.Length);
        return span;
    }

    /// <summary>What travels with an event: the span of its request, or else where it was made.</summary>
    public static ActivityContext ContextOf(Activity? span, TraceOrigin origin, Publish one) =>
        span?.Context ?? (one.Origin.Context is var made && made != default ? made : origin.Context);

    /// <summary>So many events have this reply; their span ends with it.</summary>
    public void Answered(IPublishReply reply, int events, Activity? span = null)
    {
        if (reply is PublishRejected)
            _refused += events;
        else
            _published += events;
        End(span, reply is PublishRejected);
    }

    /// <summary>A request has its reply.</summary>
    public static void End(Activity? span, bool rejected)
    {
        if (span is not null)
            Spans.End(span, rejected ? nameof(PublishRejected) : null);
    }

    /// <summary>The end of a step: what has gathered is told.</summary>
    public void Tell()
    {
        Meters.Count(Instruments.Published, _published, _accepted);
        Meters.Count(Instruments.Published, _refused, _rejected);
        (_published, _refused) = (0, 0);
    }
}
