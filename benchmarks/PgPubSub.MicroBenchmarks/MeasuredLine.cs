using System.Text.Json;
using BenchmarkDotNet.Reports;

namespace PgPubSub.MicroBenchmarks;

/// <summary>What a message costs: the mean time, and what is allocated for it.</summary>
internal sealed record MeasuredLine(string Name, double Value, string Unit, long AllocatedBytes)
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Null where the benchmark failed or measured nothing.</summary>
    public static MeasuredLine? Of(BenchmarkReport report) =>
        report is { Success: true, ResultStatistics.Mean: > 0 and var mean } && report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) is { } bytes
            ? new MeasuredLine(report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo, Math.Round(mean, 1), "ns", bytes)
            : null;

    public override string ToString() => JsonSerializer.Serialize(this, SnakeCase);
}
