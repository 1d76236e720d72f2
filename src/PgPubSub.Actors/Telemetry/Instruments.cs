using System.Diagnostics.Metrics;

namespace PgPubSub.Actors.Telemetry;

/// <summary>All instruments, one meter for the process. Gauges ask the instances that run.</summary>
internal static class Instruments
{
    private static readonly Meter Meter = new(PgPubSubTelemetry.MeterName, typeof(Instruments).Assembly.GetName().Version?.ToString(3));

    private static readonly InstrumentAdvice<double> Seconds =
        new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    private static readonly InstrumentAdvice<long> Sizes = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000] };

    public static readonly Counter<long>?
        Published = Messages("messaging.client.sent.messages", "Events that were published, or rejected: then with error.type."),
        Delivered = Messages("messaging.client.consumed.messages", "Events that were handed to a consumer, each hand-out counted."),
        Retried = Messages("pgpubsub.retried.messages", "Of those that were handed to a consumer: not for the first time."),
        Acked = Messages("pgpubsub.acked.messages", "Deliveries that their consumers acked in time."),
        Nacked = Messages("pgpubsub.nacked.messages", "Deliveries that their consumers nacked in time."),
        Revoked = Messages("pgpubsub.revoked.messages", "Deliveries that were taken from their consumers: a deadline passed, a lease was lost, a consumer left."),
        Buried = Messages("pgpubsub.buried.messages", "Events that became dead letters, or were dropped where none are kept."),
        Fenced = Messages("pgpubsub.fenced.messages", "Answers that came too late and changed nothing, and settlements whose lease was lost."),
        Orphans = Messages("pgpubsub.returned_orphans.messages", "Events that went back since nobody on this node knew their lease."),
        Takeovers = Meters.Make(() => Meter.CreateCounter<long>("pgpubsub.takeovers", "{node}", "Nodes that this node has found dead and taken over.")),
        Reconnects = Meters.Make(() => Meter.CreateCounter<long>("pgpubsub.listener.reconnects", "{connection}", "Listening connections that were opened after one was lost."));

    public static readonly Histogram<double>?
        Duration = Meters.Make(() => Meter.CreateHistogram("messaging.client.operation.duration", "s", "How long a call of the store took, the wait for a connection included.", null, Seconds)),
        Handling = Meters.Make(() => Meter.CreateHistogram("messaging.process.duration", "s", "How long a handler took.", null, Seconds));

    public static readonly Histogram<long>? BatchSize = Meters.Make(() => Meter.CreateHistogram("pgpubsub.batch.size", "{message}", "Messages in one append, claim or settlement.", null, Sizes));

    public static readonly ObservableGauge<long>?
        Lag = Meters.Make(() => Meter.CreateObservableGauge("pgpubsub.group.lag", () => NodeTelemetry.Observe(node => node.Lags), "{message}", "Events that a group has never claimed.")),
        InFlight = Meters.Make(() => Meter.CreateObservableGauge("pgpubsub.group.in_flight", () => NodeTelemetry.Observe(node => node.InFlight), "{message}", "Events of a group that this node has claimed and nobody has answered.")),
        Listening = Meters.Make(() => Meter.CreateObservableGauge("pgpubsub.listener.connected", () => NodeTelemetry.Observe(node => node.Listening), "{connection}", "1 while wake-ups are heard, 0 while polling stands in.")),
        Registered = Meters.Make(() => Meter.CreateObservableGauge("pgpubsub.node.registered", () => NodeTelemetry.Observe(node => node.Registered), "{node}", "1 while this node may claim, 0 while it may not.")),
        Connections = Meters.Make(() => Meter.CreateObservableGauge("pgpubsub.connections.used", () => NodeTelemetry.Observe(node => node.Used), "{connection}", "Connections of this node that are in use.")),
        Budget = Meters.Make(() => Meter.CreateObservableGauge("pgpubsub.connections.limit", () => NodeTelemetry.Observe(node => node.Budget), "{connection}", "Connections that this node may have.")),
        XminAge = Meters.Make(() => Meter.CreateObservableGauge("pgpubsub.server.xmin_age", () => NodeTelemetry.Observe(node => node.XminAges), "{transaction}", "Transactions since the oldest snapshot that holds VACUUM back, as far as this role may see."));

    public static readonly ObservableGauge<double>?
        LagAge = Meters.Make(() => Meter.CreateObservableGauge("pgpubsub.group.lag.age", () => NodeTelemetry.Observe(node => node.LagAges), "s", "How long the first event that a group has never claimed has been waiting.")),
        OldestUnsettled = Meters.Make(() => Meter.CreateObservableGauge("pgpubsub.group.oldest_unsettled.age", () => NodeTelemetry.Observe(node => node.OldestUnsettled), "s", "How long ago the oldest event was published that a group has not settled."));

    /// <summary>Whether somebody listens to what the database must be asked for.</summary>
    public static bool WantMeasures => Lag is { Enabled: true } || LagAge is { Enabled: true } || OldestUnsettled is { Enabled: true } || XminAge is { Enabled: true };

    private static Counter<long>? Messages(string name, string description) => Meters.Make(() => Meter.CreateCounter<long>(name, "{message}", description));
}
