using System.Diagnostics;
using System.Diagnostics.Metrics;
using Akka.Actor;
using BenchmarkDotNet.Attributes;
using PgPubSub.Actors;
using PgPubSub.Core.Topics;

namespace PgPubSub.MicroBenchmarks.Telemetry;

/// <summary>What telling costs: the whole way of an event, through all actors and the store in memory, while nobody listens, while somebody listens to the meter, and to every span.</summary>
[MemoryDiagnoser]
public class TelemetryBenchmark
{
    private const int Messages = 16_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private ActorSystem _system = null!;
    private IActorRef _hub = null!;
    private MeterListener? _measurements;
    private ActivityListener? _spans;
    private int _topics;

    [Benchmark(Description = "telemetry.off", OperationsPerInvoke = Messages)]
    public Task Nobody_listens() => RunAsync();

    [Benchmark(Description = "telemetry.metrics", OperationsPerInvoke = Messages)]
    public Task Somebody_listens_to_the_meter() => RunAsync();

    [Benchmark(Description = "telemetry.spans", OperationsPerInvoke = Messages)]
    public Task Somebody_listens_to_every_span() => RunAsync();

    [GlobalSetup]
    public void Start()
    {
        _system = ActorSystem.Create("telemetry", "akka.loglevel = ERROR");
        _hub = PgPubSubHub.Start(_system, new PgPubSubOptions { Retention = new Retention { Count = 0 } }.UseInMemory());
    }

    [GlobalSetup(Target = nameof(Somebody_listens_to_the_meter))]
    public void StartWithMeter()
    {
        Start();
        _measurements = new MeterListener { InstrumentPublished = (instrument, self) => ListenIfOurs(instrument, self) };
        _measurements.SetMeasurementEventCallback<long>((_, _, _, _) => { });
        _measurements.SetMeasurementEventCallback<double>((_, _, _, _) => { });
        _measurements.Start();
    }

    [GlobalSetup(Target = nameof(Somebody_listens_to_every_span))]
    public void StartWithSpans()
    {
        Start();
        _spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PgPubSubTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(_spans);
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _measurements?.Dispose();
        _spans?.Dispose();
        await _system.Terminate();
    }

    private static void ListenIfOurs(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == PgPubSubTelemetry.MeterName)
            listener.EnableMeasurementEvents(instrument);
    }

    private async Task RunAsync()
    {
        var topic = $"t-{_topics++}";
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = _system.ActorOf(Props.Create(() => new Consumer(_hub, topic, done)));
        await done.Task.WaitAsync(Patience);
        await consumer.GracefulStop(Patience);
        await _hub.Ask<object>(new DropTopic(topic), Patience);
    }

    /// <summary>Publishes all, and acks each.</summary>
    private sealed class Consumer : ReceiveActor
    {
        private const int MostUnconfirmed = 4_000, Window = 1_000;
        private static readonly EventBytes Event = new("{\"number\":1}"u8.ToArray(), "application/json");

        private readonly IActorRef _hub;
        private readonly string _topic;
        private int _sent, _confirmed, _acked;

        public Consumer(IActorRef hub, string topic, TaskCompletionSource done)
        {
            (_hub, _topic) = (hub, topic);
            Receive<Subscribed>(_ => Send());
            Receive<Published>(_ =>
            {
                if (++_confirmed % 500 == 0)
                    Send();
            });
            Receive<Delivery>(delivery =>
            {
                Sender.Tell(delivery.Ack());
                if (++_acked == Messages)
                    done.SetResult();
            });
        }

        protected override void PreStart() => _hub.Tell(new Subscribe(_topic, "g", Window: Window));

        private void Send()
        {
            for (; _sent < Messages && _sent - _confirmed < MostUnconfirmed; _sent++)
                _hub.Tell(new Publish(_topic, Event, Type: "number"));
        }
    }
}
