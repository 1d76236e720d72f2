using System.Diagnostics;
using System.Diagnostics.Metrics;
using PgPubSub.Actors.Telemetry;

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

    [Fact]
    public void A_listener_that_throws_when_it_hears_of_an_instrument_costs_that_instrument_alone()
    {
        using var meter = new Meter(_topic);
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => ThrowIf(instrument.Name == "broken" && ReferenceEquals(instrument.Meter, meter)) };
        listener.Start();

        var (counter, histogram) = (Meters.Make(() => meter.CreateCounter<long>("broken")), Meters.Make(() => meter.CreateHistogram<double>("broken")));
        Meters.Count(counter, 1, []);
        Meters.Record(histogram, 1, []);

        Assert.Equal((null, null, 2), (counter, histogram, _thrown));
        Assert.NotNull(Meters.Make(() => meter.CreateCounter<long>("whole")));
    }

    [Fact]
    public void A_listener_that_throws_when_it_hears_of_the_source_costs_its_spans_alone()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source =>
            {
                ThrowIf(source.Name == _topic);
                return false;
            },
        };
        ActivitySource.AddActivityListener(listener);

        Assert.Null(Spans.Make(_topic));
        Assert.Equal(1, _thrown);
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
