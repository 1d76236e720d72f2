using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PgPubSub.Actors;

namespace WebShop.Telemetry;

/// <summary>Sends traces and metrics by OTLP, as its environment variables say; nothing where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is not set.</summary>
internal sealed class TelemetryExport : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private TelemetryExport(TracerProvider traces, MeterProvider metrics) => (_traces, _metrics) = (traces, metrics);

    public static TelemetryExport? Start(string service) => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Endpoint))
        ? null
        : new TelemetryExport(
            Sdk.CreateTracerProviderBuilder().ConfigureResource(resource => resource.AddService(service))
                .AddSource("Microsoft.AspNetCore", PgPubSubTelemetry.ActivitySourceName).AddOtlpExporter().Build(),
            Sdk.CreateMeterProviderBuilder().ConfigureResource(resource => resource.AddService(service))
                .AddMeter("Microsoft.AspNetCore.Hosting", PgPubSubTelemetry.MeterName).AddOtlpExporter().Build());

    public void Dispose()
    {
        _traces.Dispose(); // what has gathered is sent
        _metrics.Dispose();
    }
}
