using System.Diagnostics;
using System.Diagnostics.Metrics;
using PgPubSub.Actors.Tests.Hubs;

namespace PgPubSub.Actors.Tests.Telemetry;

/// <summary>Listeners that throw, whatever they are told, change nothing. They do so for a topic of their own alone, since those of specs that run beside it would hear nothing either.</summary>
public sealed class BrokenListenersSpec : HubSpec
{
    private readonly string _topic = $"broken-{Guid.NewGuid():N}";
    private int _thrown;

    protected override bool InMemory => true;

    [Theory]
    [InlineData("sample")]
    [InlineData("start")]
    [InlineData("stop")]
    public async Task A_listener_to_spans_that_throws_disturbs_nothing(string when)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PgPubSubTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> span) =>
            {
                if (!span.Name.EndsWith(_topic, StringComparison.Ordinal))
                    return ActivitySamplingResult.None;
                ThrowIf(when == "sample");
                return ActivitySamplingResult.AllDataAndRecorded;
            },
            ActivityStarted = span => ThrowIf(when == "start" && span.OperationName.EndsWith(_topic, StringComparison.Ordinal)),
            ActivityStopped = span => ThrowIf(when == "stop" && span.OperationName.EndsWith(_topic, StringComparison.Ordinal)),
        };
        ActivitySource.AddActivityListener(listener);

        await WorkAsync();
        Assert.True(_thrown >= 3, $"{_thrown}"); // publish, deliver, settle
    }

    [Fact]
    public async Task A_listener_to_instruments_that_throws_disturbs_nothing()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == PgPubSubTelemetry.MeterName)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => ThrowIf(tags.ToArray().Any(tag => Equals(tag.Value, _topic))));
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => ThrowIf(tags.ToArray().Any(tag => Equals(tag.Value, _topic))));
        listener.Start();

        await WorkAsync();
        Assert.True(_thrown >= 7, $"{_thrown}"); // sent, consumed, acked; durations of append, claim, settle; sizes
    }

    private async Task WorkAsync()
    {
        var consumer = await SubscribeAsync(new Subscribe(_topic, "g"));
        await PublishAsync(_topic, 1, 2);
        for (var i = 0; i < 2; i++)
        {
            var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
            Assert.IsType<AnswerConfirmed>(await delivery.SettleAsync(delivery.Ack(), Patience));
        }
    }

    private void ThrowIf(bool condition)
    {
        if (!condition)
            return;
        Interlocked.Increment(ref _thrown);
        throw new InvalidOperationException("broken");
    }
}
