namespace PgPubSub.Actors;

/// <summary>
/// The names by which an application listens to PgPubSub, for example <c>AddSource(PgPubSubTelemetry.ActivitySourceName)</c> and <c>AddMeter(PgPubSubTelemetry.MeterName)</c>
/// of OpenTelemetry. What is told stands in docs/telemetry.md; no payload, key or header is in it but the W3C trace context, and no connection string.
/// </summary>
public static class PgPubSubTelemetry
{
    /// <summary>The <see cref="System.Diagnostics.ActivitySource"/> of all spans.</summary>
    public const string ActivitySourceName = "PgPubSub";

    /// <summary>The <see cref="System.Diagnostics.Metrics.Meter"/> of all instruments.</summary>
    public const string MeterName = "PgPubSub";
}
