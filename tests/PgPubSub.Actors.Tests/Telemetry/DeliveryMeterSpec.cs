using System.Diagnostics;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Telemetry;

/// <summary>What a meter keeps of deliveries that were answered, for the span of the settlement that is to link to them.</summary>
public sealed class DeliveryMeterSpec : IDisposable
{
    private const int Many = 5_000; // more than a meter keeps

    private readonly string _topic = $"kept-{Guid.NewGuid():N}";
    private readonly SpanEar _ear;

    public DeliveryMeterSpec() => _ear = new SpanEar(_topic);

    public void Dispose() => _ear.Dispose();

    [Fact]
    public void A_settlement_links_to_its_deliveries_also_after_many_that_were_never_settled()
    {
        var meter = Meter("g");
        for (var offset = 0; offset < Many; offset++)
            HandOutAndAck(meter, offset);
        var last = HandOutAndAck(meter, Many);

        Assert.Equal([last.Context], Settle(meter, Many).Links.Select(link => link.Context));
    }

    [Fact]
    public void What_private_subscribers_answer_is_kept_for_nobody()
    {
        var meter = Meter(null);
        HandOutAndAck(meter, 7);

        Assert.Empty(Settle(meter, 7).Links);
    }

    private static Activity HandOutAndAck(DeliveryMeter meter, long offset)
    {
        var stored = new StoredEvent(offset, Guid.NewGuid(), "number", null, default, null, null, DateTimeOffset.UnixEpoch);
        var item = Holding.Of(offset, [stored], attempt: 1).Items[0];
        var span = meter.HandingOut(item)!;
        Assert.True(meter.Ack(item.Id, null, TimeSpan.Zero));
        return span;
    }

    private static Activity Settle(DeliveryMeter meter, long offset)
    {
        var batch = new SettleBatch();
        batch.Add(null!, [new RetrySettlement(offset, Guid.Empty, null)], []);
        return meter.Settling(batch)!;
    }

    private DeliveryMeter Meter(string? group) => new(new Taker(), new SubscriptionTelemetry("i", _topic, group));

    private sealed class Taker : IAnswerTaker
    {
        public bool Ack(DeliveryId id, object? asker, TimeSpan now) => true;

        public bool Nack(DeliveryId id, string why, TimeSpan? delay, object? asker, TimeSpan now) => true;

        public bool Bury(DeliveryId id, string why, object? asker, TimeSpan now) => true;

        public bool Extend(DeliveryId id, TimeSpan time, TimeSpan now) => true;

        public void Together(Action give, TimeSpan now) => give();
    }
}
