using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;

namespace PgPubSub.MicroBenchmarks;

/// <summary>
/// One run of every benchmark in this process. Standard output gets a line of JSON for each, standard error what BenchmarkDotNet has to say; nothing is left on the disk.
/// </summary>
internal static class Measurement
{
    /// <summary>The exit code: 0 only where every benchmark ran and measured something.</summary>
    public static int Run(bool smoke)
    {
        using var errors = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
        var artifacts = Directory.CreateTempSubdirectory("pgpubsub-benchmarks.");
        try
        {
            return Report(BenchmarkRunner.Run(typeof(Measurement).Assembly, Config(smoke, errors, artifacts.FullName)), errors);
        }
        finally
        {
            artifacts.Delete(recursive: true);
        }
    }

    // A call is many messages and takes some milliseconds: there is no overhead to subtract, and no number of calls to look for. That would be found while the JIT is not
    // done yet with what runs often; the warm-up gives it two seconds.
    private static ManualConfig Config(bool smoke, StreamWriter log, string artifacts)
    {
        var config = ManualConfig.CreateEmpty()
            .AddLogger(new StreamLogger(log))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .HideColumns("Namespace", "Type")
            .WithOptions(ConfigOptions.JoinSummary)
            .WithArtifactsPath(artifacts);
        return smoke
            ? config.AddJob(Job.Dry.WithToolchain(InProcessEmitToolchain.Instance))
            : config.AddValidator(JitOptimizationsValidator.FailOnError).AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                .WithEvaluateOverhead(false).WithInvocationCount(16).WithUnrollFactor(1).WithWarmupCount(20).WithIterationCount(15));
    }

    private static int Report(Summary[] summaries, StreamWriter errors)
    {
        var expected = summaries.Sum(summary => summary.BenchmarksCases.Length);
        var lines = summaries.SelectMany(summary => summary.Reports).Select(MeasuredLine.Of).OfType<MeasuredLine>().OrderBy(line => line.Name, StringComparer.Ordinal).ToList();
        lines.ForEach(Console.WriteLine);
        if (expected > 0 && lines.Count == expected)
            return 0;
        errors.WriteLine($"error: {lines.Count} of {expected} benchmarks measured something");
        return 1;
    }
}
