using System.Text.Json;
using BenchmarkDotNet.Reports;

namespace PgPubSub.MicroBenchmarks;

/// <summary>What a message costs: the median time, which a busy machine moves least, and what is allocated for it.</summary>
internal sealed record MeasuredLine(string Name, double Value, string Unit, long AllocatedBytes)
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Null where the benchmark failed or measured nothing.</summary>
    public static MeasuredLine? Of(BenchmarkReport report) =>
        report is { Success: true, ResultStatistics.Median: > 0 and var median } && report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) is { } bytes
            ? new MeasuredLine(report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo, Math.Round(median, 1), "ns", bytes)
            : null;

    public override string ToString() => JsonSerializer.Serialize(this, SnakeCase);
}
