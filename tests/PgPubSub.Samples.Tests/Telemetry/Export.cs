// snippet: telemetry
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using PgPubSub.Actors;

// end
namespace PgPubSub.Samples.Tests.Telemetry;

/// <summary>The example of docs/telemetry.md; WebShop's tests prove that it exports.</summary>
internal static class Export
{
    public static void Start()
    {
        // snippet: telemetry
        using var traces = Sdk.CreateTracerProviderBuilder().AddSource(PgPubSubTelemetry.ActivitySourceName).AddOtlpExporter().Build();
        using var metrics = Sdk.CreateMeterProviderBuilder().AddMeter(PgPubSubTelemetry.MeterName).AddOtlpExporter().Build();
        // end
    }
}
