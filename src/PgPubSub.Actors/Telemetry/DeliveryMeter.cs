using System.Diagnostics;
using PgPubSub.Core.Deliveries;

namespace PgPubSub.Actors.Telemetry;

/// <summary>
/// Stands before a subscription's machine, on its actor's thread: counts what is handed out and answered, and keeps the spans of what is out. What it gathers in a step is told at its end.
/// </summary>
internal sealed class DeliveryMeter(IAnswerTaker machine, SubscriptionTelemetry telemetry) : IAnswerTaker
{
    private const int MostAnswered = 4_096; // a settlement links to no more than Spans.MostLinks of them

    private Dictionary<DeliveryId, (Activity Span, long Offset)>? _out;
    private Dictionary<long, ActivityContext>? _answered; // by offset, until they are settled
    private int _delivered, _retried, _acked, _nacked, _buried, _revoked, _fenced;

    public bool Ack(DeliveryId id, object? asker, TimeSpan now) => Answered(machine.Ack(id, asker, now), id, "acked") && Count(ref _acked);

    public bool Nack(DeliveryId id, string why, TimeSpan? delay, object? asker, TimeSpan now) => Answered(machine.Nack(id, why, delay, asker, now), id, "nacked") && Count(ref _nacked);

    public bool Bury(DeliveryId id, string why, object? asker, TimeSpan now) => Answered(machine.Bury(id, why, asker, now), id, "buried"); // counted when it is committed

    public bool Extend(DeliveryId id, TimeSpan time, TimeSpan now) => machine.Extend(id, time, now);

    public void Together(Action give, TimeSpan now) => machine.Together(give, now);

    /// <summary>A message goes to its consumer; its span, where somebody wants it.</summary>
    public Activity? HandingOut(Item item)
    {
        _delivered++;
        if (item.Attempt > 1)
            _retried++;
        if (!Spans.AreHeard)
            return null;
        var e = item.Event;
        var span = telemetry.StartDelivery(TraceHeaders.Read(e.Headers), e.Id, e.Type, e.Offset, item.Attempt);
        if (span is not null)
            (_out ??= [])[item.Id] = (span, e.Offset);
        return span;
    }

    /// <summary>A message is its consumer's no longer.</summary>
    public void Revoked(Item item)
    {
        _revoked++;
        End(item.Id, "revoked");
    }

    /// <summary>A consumer gave it back unbegun.</summary>
    public void GivenBack(DeliveryId id) => End(id, "returned");

    /// <summary>A private subscriber's message became a dead letter, or was dropped.</summary>
    public void Buried() => _buried++;

    /// <summary>A batch is to be settled; its span, where somebody wants it.</summary>
    public Activity? Settling(SettleBatch batch)
    {
        if (_answered is null or { Count: 0 })
            return Spans.AreHeard ? telemetry.StartSettlement(SettleTally.Messages(batch), []) : null;
        var links = new List<ActivityContext>();
        foreach (var offset in SettleTally.Offsets(batch))
        {
            if (_answered.Remove(offset, out var delivery) && links.Count < Spans.MostLinks)
                links.Add(delivery);
        }

        return telemetry.StartSettlement(SettleTally.Messages(batch), links);
    }

    /// <summary>The end of a step: what has gathered is told.</summary>
    public void Tell()
    {
        Meters.Count(Instruments.Delivered, _delivered, telemetry.Delivering);
        Meters.Count(Instruments.Retried, _retried, telemetry.Tags);
        Meters.Count(Instruments.Acked, _acked, telemetry.Tags);
        Meters.Count(Instruments.Nacked, _nacked, telemetry.Tags);
        Meters.Count(Instruments.Buried, _buried, telemetry.Tags);
        Meters.Count(Instruments.Revoked, _revoked, telemetry.Tags);
        Meters.Count(Instruments.Fenced, _fenced, telemetry.Tags);
        (_delivered, _retried, _acked, _nacked, _buried, _revoked, _fenced) = (0, 0, 0, 0, 0, 0, 0);
    }

    /// <summary>The subscription stops.</summary>
    public void Close()
    {
        foreach (var id in _out?.Keys.ToArray() ?? [])
            End(id, "revoked");
        _answered = null;
        Tell();
    }

    private static bool Count(ref int count)
    {
        count++;
        return true;
    }

    private bool Answered(bool taken, DeliveryId id, string outcome)
    {
        if (!taken)
            _fenced++;
        else if (End(id, outcome) is { } ended && telemetry.Settles)
            Keep(ended.Offset, ended.Context);
        return taken;
    }

    // What is full is full of what will hardly be settled: of leases that were lost, say.
    private void Keep(long offset, ActivityContext context)
    {
        if ((_answered ??= []).Count >= MostAnswered)
            _answered.Clear();
        _answered[offset] = context;
    }

    private (ActivityContext Context, long Offset)? End(DeliveryId id, string outcome)
    {
        if (_out is null || !_out.Remove(id, out var ended))
            return null;
        ended.Span.SetTag(Attributes.Outcome, outcome);
        Spans.End(ended.Span, outcome is "acked" or "returned" ? null : outcome);
        return (ended.Span.Context, ended.Offset);
    }
}
