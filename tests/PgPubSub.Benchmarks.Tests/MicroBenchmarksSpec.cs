using System.Diagnostics;
using System.Text.Json;
using PgPubSub.MicroBenchmarks;

namespace PgPubSub.Benchmarks.Tests;

/// <summary>Each micro benchmark runs once, checks what it did and tells its line.</summary>
public sealed class MicroBenchmarksSpec
{
    [Fact]
    public async Task Each_measures()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(MeasuredLine).Assembly.Location, "--smoke"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var program = Process.Start(start)!;
        var said = program.StandardError.ReadToEndAsync();
        var lines = (await program.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await program.WaitForExitAsync();

        Assert.True(program.ExitCode == 0, await said);
        string[] names =
        [
            "machine.delivery", "machine.delivery.256", "machine.private", "machine.publish",
            "serializer.read.8kb", "serializer.read.small", "serializer.write.8kb", "serializer.write.small",
            "telemetry.metrics", "telemetry.off", "telemetry.spans",
        ];
        Assert.Equal(names, lines.Select(line => JsonElement.Parse(line).GetProperty("name").GetString()!));
    }
}
