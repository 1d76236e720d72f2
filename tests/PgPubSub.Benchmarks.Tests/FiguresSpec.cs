using System.Text.Json;
using PgPubSub.Benchmarks.Figures;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Docker;

namespace PgPubSub.Benchmarks.Tests;

/// <summary>Each figure is measured once, as small as it can be: what it checks still holds, and it tells what it promises. Its numbers say nothing here.</summary>
public sealed class FiguresSpec
{
    private const string OfWebhooks = "publish.webhooks";

    public static TheoryData<string> Names => [.. FigureList.All.Select(figure => figure.Name).Where(name => name != OfWebhooks)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task It_measures(string name) => MeasureAsync(name);

    [FactOfWebhooks]
    public Task Webhooks_are_measured() => MeasureAsync(OfWebhooks);

    private static async Task MeasureAsync(string name)
    {
        List<string> lines = [];
        var command = BenchCommand.Parse(["--smoke", "--only", name]);

        var sound = await BenchRun.RunAsync(command, (await TestServers.SharedAsync()).ConnectionString, lines.Add, _ => { });

        Assert.True(sound, string.Join('\n', lines));
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            var told = JsonElement.Parse(line);
            Assert.StartsWith(name, told.GetProperty("name").GetString(), StringComparison.Ordinal);
            Assert.True(told.GetProperty("value").GetDouble() >= 0, line);
            foreach (var field in new[] { "unit", "floor", "ratio", "goal", "met", "sync_commit", "payload_bytes", "seconds" })
                Assert.True(told.TryGetProperty(field, out _), $"{field} is missing: {line}");
        });
    }

    /// <summary>Skipped where the webhooks are not.</summary>
    private sealed class FactOfWebhooksAttribute : FactAttribute
    {
        public FactOfWebhooksAttribute() => Skip = new WebhooksFigure().Obstacle;
    }
}
