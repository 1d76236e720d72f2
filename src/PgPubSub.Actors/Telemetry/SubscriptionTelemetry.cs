using System.Diagnostics;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Telemetry;

/// <summary>What all that serve a group here, or all private subscribers of a topic, tell under the same name.</summary>
internal sealed class SubscriptionTelemetry
{
    private readonly string _topic;
    private GroupMeasure? _measured;
    private int _inFlight;

    public SubscriptionTelemetry(string instance, string topic, string? group)
    {
        (_topic, Settles) = (topic, group is not null);
        Tags = group is null ? Telemetry.Tags.Of(instance, (Attributes.Topic, topic)) : Telemetry.Tags.Of(instance, (Attributes.Topic, topic), (Attributes.Group, group));
        Delivering = Tags.And(Attributes.Operation, Operation.Deliver.Name);
        Claims = new CallTelemetry(Operation.Claim, Tags);
        RetryClaims = new CallTelemetry(Operation.ClaimRetries, Tags);
        Settlements = new CallTelemetry(Operation.Settle, Tags);
    }

    public KeyValuePair<string, object?>[] Tags { get; }

    /// <summary>The same, of what happens with deliveries.</summary>
    public KeyValuePair<string, object?>[] Delivering { get; }

    /// <summary>Whether answers are settled in the database, which those of private subscribers are not.</summary>
    public bool Settles { get; }

    public CallTelemetry Claims { get; }

    public CallTelemetry RetryClaims { get; }

    public CallTelemetry Settlements { get; }

    /// <summary>How far the group is behind; null where that was not asked for.</summary>
    public GroupMeasure? Measured
    {
        get => Volatile.Read(ref _measured);
        set => Volatile.Write(ref _measured, value);
    }

    /// <summary>What was claimed here and not answered, of a group.</summary>
    public int InFlight
    {
        get => Volatile.Read(ref _inFlight);
        set => Volatile.Write(ref _inFlight, value);
    }

    /// <summary>Nobody serves it here any more.</summary>
    public void Forget() => (Measured, InFlight) = (null, 0);

    /// <summary>The span of a hand-out: in the trace of its publish, and linked to it.</summary>
    public Activity? StartDelivery(ActivityContext published, Guid eventId, string type, long offset, int attempt)
    {
        var span = Spans.Start(Operation.Deliver, ActivityKind.Consumer, _topic, published, Tags, published == default ? null : [new ActivityLink(published)]);
        if (span is { IsAllDataRequested: true })
            span.SetTag(Attributes.EventId, eventId).SetTag(Attributes.EventType, type).SetTag(Attributes.Offset, offset).SetTag(Attributes.Attempt, attempt);
        return span;
    }

    /// <summary>The span of a settlement: linked to the deliveries that it settles; where that is one alone, in its trace.</summary>
    public Activity? StartSettlement(int messages, IReadOnlyList<ActivityContext> deliveries)
    {
        var span = Spans.Start(
            Operation.Settle, ActivityKind.Client, _topic, messages == 1 && deliveries is [var only] ? only : default, Tags, deliveries.Select(delivery => new ActivityLink(delivery)));
        span?.SetTag(Attributes.BatchCount, messages);
        return span;
    }

    /// <summary>A handler is through. Called on any thread.</summary>
    /// <param name="began">What <see cref="BeginHandling"/> said.</param>
    /// <param name="failure">What it failed with; null where it returned.</param>
    public void Handled(long began, Exception? failure)
    {
        if (began != 0)
            Meters.Record(Instruments.Handling, Stopwatch.GetElapsedTime(began).TotalSeconds, failure is null ? Delivering : Delivering.And(Attributes.ErrorType, failure.GetType().FullName));
    }

    /// <summary>A handler begins. 0 where nobody listens.</summary>
    public static long BeginHandling() => Instruments.Handling is { Enabled: true } ? Stopwatch.GetTimestamp() : 0;

    /// <summary>A batch is committed. Called on any thread.</summary>
    public void Settled(SettleBatch batch, SettleResult result, long began, Activity? span)
    {
        if (span is not null)
            Spans.End(span);
        Settlements.End(began, Instruments.BatchSize is { Enabled: true } ? SettleTally.Messages(batch) : 0);
        if (Instruments.Buried is not { Enabled: true } && Instruments.Fenced is not { Enabled: true })
            return;
        var (buried, fenced) = SettleTally.Count(batch, result);
        Meters.Count(Instruments.Buried, buried, Tags);
        Meters.Count(Instruments.Fenced, fenced, Tags);
    }

    /// <inheritdoc cref="Settled"/>
    public void SettleFailed(FaultKind kind, long began, Activity? span)
    {
        if (span is not null)
            Spans.End(span, kind.ToString());
        Settlements.Failed(began, kind);
    }
}
