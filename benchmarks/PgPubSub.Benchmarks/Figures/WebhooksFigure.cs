using System.Text.Json;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Floors;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Nodes;
using PgPubSub.Shared.Folders;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>Payloads as they occur: real webhooks of some hundred bytes to tens of kilobytes, published by 64 actors, against COPY of the same rows.</summary>
internal sealed class WebhooksFigure : IFigure
{
    private const int CopiedRows = 8_000;

    public string Name => "publish.webhooks";

    public string? Obstacle => Webhooks.Lacking;

    public async Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench)
    {
        byte[][] payloads =
        [
            .. File.ReadLines(Webhooks.File!).Where(line => line.Length > 0)
                .Select(line => JsonSerializer.SerializeToUtf8Bytes(JsonElement.Parse(line).GetProperty("payload"))),
        ];
        var rows = bench.Scale == Scale.Smoke ? payloads.Length : CopiedRows;
        var floor = await CopyFloor.MegabytesAsync(bench.Server, payloads, rows);
        var (value, seconds) = await bench.InSchemaAsync(schema => MegabytesAsync(bench, schema, payloads));
        return [new Reading(Name, "MB/s", value, floor, Goal.RatioAtLeast(0.6), seconds) { PayloadBytes = (int)payloads.Average(p => p.Length) }];
    }

    private static async Task<(double Rate, double Seconds)> MegabytesAsync(Bench bench, string schema, byte[][] payloads)
    {
        await using var node = await Node.StartAsync(bench.Server.ConnectionString, schema);
        Publish[] publishes = [.. payloads.Select(bytes => new Publish("webhooks", new EventBytes(bytes, "application/json"), Type: Payload.Type))];
        var load = Load.Start(node, (i, n) => publishes[((i * 7) + n) % publishes.Length]);
        var (rate, seconds) = await Rates.OfAsync(() => load.Confirmed, bench.Scale.Window);
        await LogCheck.RequireLogAsync(bench.Server, schema, await load.StopAsync());
        var bytes = await bench.Server.AskAsync<long>($"SELECT avg(size)::bigint FROM {schema}.event");
        return (rate * bytes / 1e6, seconds);
    }
}
