using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using PgPubSub.Actors.Telemetry;

namespace PgPubSub.Actors.Tests.Documents;

/// <summary>docs/telemetry.md and the dashboard name what the code tells, and nothing else.</summary>
public sealed partial class TelemetrySpec
{
    private const string Page = "telemetry.md";

    [Fact]
    public void Every_instrument_is_there_with_its_kind_and_unit() => Assert.Equal(
        Instruments().Select(i => (i.Name, KindOf(i), i.Unit)).Order(),
        Document.Table(Page, "Instruments").Select(row => (row[0].Trim('`'), row[1], row[2])).Order()!);

    [Fact]
    public void Every_attribute_is_there() => Assert.Equal(
        typeof(Attributes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.Name != nameof(Attributes.PgPubSub)).Select(field => (string)field.GetRawConstantValue()!).Order(),
        Document.Table(Page, "Attributes").Select(row => row[0].Trim('`')).Order());

    [Fact]
    public void Every_operation_is_there()
    {
        Operation[] all = [.. typeof(Operation).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (Operation)field.GetValue(null)!)];
        var attributes = Document.Table(Page, "Attributes").ToDictionary(row => row[0].Trim('`'), row => row[2]);
        string[] spans = [.. Document.Table(Page, "Spans").Select(row => row[0].Trim('`'))];

        Assert.Equal(all.Select(one => one.Name).Order(), Words(attributes["messaging.operation.name"]));
        Assert.All(spans, span => Assert.Contains(span, all.Select(one => one.Name)));
        Assert.Equal(all.Where(one => spans.Contains(one.Name)).Select(one => one.Type).Order(), Words(attributes["messaging.operation.type"]));
    }

    [Fact]
    public void The_dashboard_shows_every_instrument_and_no_other()
    {
        var known = Instruments().Select(PrometheusName).ToHashSet();
        using var dashboard = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "dashboard.json")));
        var expressions = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!).ToList();
        var shown = expressions.SelectMany(expression => Metric().Matches(expression)).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.Equal(known.Order(), shown.Order());
    }

    private static string[] Words(string cell) => [.. Word().Matches(cell).Select(match => match.Groups[1].Value).Distinct().Order()];

    private static List<Instrument> Instruments()
    {
        RuntimeHelpers.RunClassConstructor(typeof(Actors.Telemetry.Instruments).TypeHandle);
        var all = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == PgPubSubTelemetry.MeterName)
                    all.Add(instrument);
            },
        };
        listener.Start();
        return all;
    }

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" => "counter",
        "Histogram" => "histogram",
        "ObservableGauge" => "gauge",
        var other => other,
    };

    // As OpenTelemetry's exporters for Prometheus name them (OpenTelemetry, Prometheus and OpenMetrics compatibility).
    private static string PrometheusName(Instrument instrument) => instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "") + KindOf(instrument) switch
    {
        "counter" => "_total",
        "histogram" => "_bucket",
        _ => "",
    };

    [GeneratedRegex(@"\b([a-z_]+)\{")]
    private static partial Regex Metric();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Word();
}
