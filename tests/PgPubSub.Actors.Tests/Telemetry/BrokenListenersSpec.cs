using System.Diagnostics;
using System.Diagnostics.Metrics;
using PgPubSub.Actors.Tests.Hubs;

namespace PgPubSub.Actors.Tests.Telemetry;

/// <summary>Listeners that throw, whatever they are told, change nothing.</summary>
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
            Sample = (ref ActivityCreationOptions<ActivityContext> span) => when == "sample" ? Throw<ActivitySamplingResult>() : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _ => ThrowIf(when == "start"),
            ActivityStopped = _ => ThrowIf(when == "stop"),
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
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => ThrowIf(true));
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => ThrowIf(true));
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
        if (condition)
            Throw<int>();
    }

    private T Throw<T>()
    {
        Interlocked.Increment(ref _thrown);
        throw new InvalidOperationException("broken");
    }
}
