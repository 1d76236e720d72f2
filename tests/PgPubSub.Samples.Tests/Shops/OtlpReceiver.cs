using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PgPubSub.Samples.Tests.Shops;

/// <summary>A span as it was exported.</summary>
internal sealed record ExportedSpan(string Service, string Name, string Trace, string Id, string Parent);

/// <summary>Takes traces and metrics as a collector would: OTLP over HTTP in Protocol Buffers (OpenTelemetry protocol 1.0).</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _server;
    private readonly ConcurrentQueue<ExportedSpan> _spans = new();
    private readonly ConcurrentDictionary<(string Service, string Metric), byte> _metrics = new();
    private readonly SemaphoreSlim _more = new(0);

    private OtlpReceiver(WebApplication server) => _server = server;

    /// <summary>What an application's environment must say to export to here, at once.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _server.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
    };

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        receiver._server.MapPost("/v1/traces", (HttpRequest request) => receiver.TakeAsync(request, receiver.TakeSpans));
        receiver._server.MapPost("/v1/metrics", (HttpRequest request) => receiver.TakeAsync(request, receiver.TakeMetrics));
        await receiver._server.StartAsync();
        return receiver;
    }

    /// <summary>Waits for a span.</summary>
    public async Task<ExportedSpan> SpanAsync(string service, string name, Func<ExportedSpan, bool>? where = null)
    {
        ExportedSpan? found = null;
        await UntilAsync(() => (found = _spans.FirstOrDefault(span => span.Service == service && span.Name == name && where?.Invoke(span) is not false)) is not null, name);
        return found!;
    }

    /// <summary>Waits until a service has exported all these metrics.</summary>
    public Task MetricsAsync(string service, params string[] names) => UntilAsync(() => names.All(name => _metrics.ContainsKey((service, name))), string.Join(", ", names));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task UntilAsync(Func<bool> holds, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!holds())
        {
            try
            {
                await _more.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{what} did not come; what came: {string.Join(", ", _spans.Select(span => $"{span.Service} {span.Name}").Distinct().Concat(_metrics.Keys.Select(key => $"{key}")))}");
            }
        }
    }

    private async Task<IResult> TakeAsync(HttpRequest request, Action<string, ReadOnlyMemory<byte>> take)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        foreach (var resource in new ReadOnlyMemory<byte>(body.ToArray()).Fields(1))
        {
            var service = resource.Fields(1).SelectMany(r => r.Fields(1)).Where(attribute => Text(attribute, 1) == "service.name").Select(attribute => Text(attribute.Fields(2).Single(), 1)).Single();
            foreach (var item in resource.Fields(2).SelectMany(scope => scope.Fields(2)))
                take(service, item);
        }

        _more.Release();
        return Results.Bytes([], "application/x-protobuf");
    }

    private void TakeSpans(string service, ReadOnlyMemory<byte> span) => _spans.Enqueue(new ExportedSpan(service, Text(span, 5), Hex(span, 1), Hex(span, 2), Hex(span, 4)));

    private void TakeMetrics(string service, ReadOnlyMemory<byte> metric) => _metrics[(service, Text(metric, 1))] = 0;

    private static string Text(ReadOnlyMemory<byte> message, int field) => Encoding.UTF8.GetString(message.Fields(field).FirstOrDefault().Span);

    private static string Hex(ReadOnlyMemory<byte> message, int field) => Convert.ToHexStringLower(message.Fields(field).FirstOrDefault().Span);
}
