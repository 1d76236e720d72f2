using PgPubSub.Samples.Tests.Runs;

namespace PgPubSub.Samples.Tests.Pipelines;

/// <summary>The sample's program as a person would start it: three streams, a failure, a stop, and a count at the end.</summary>
public sealed class PipelinesSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_table_equals_a_plain_count_though_the_projection_fails_and_is_stopped()
    {
        using var run = await SampleRun.StartAsync("StreamPipelines", _folder.Path, "--events", "600", "--window", "50");
        var errors = await run.EndAsync();

        Assert.True(run.ExitCode == 0, run.Output + errors);
        Assert.Equal(["events", "authors", "repeated", "equal", "seconds"], run.Figures.EnumerateObject().Select(figure => figure.Name));
        Assert.Equal((600, 6, true), (Figure("events"), Figure("authors"), run.Figures.GetProperty("equal").GetBoolean()));
        Assert.InRange(Figure("repeated"), 1, 600);
        Assert.Contains("the last 50 of 600 commits: ", run.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));

        int Figure(string name) => run.Figures.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_bad_argument_ends_it_before_anything_is_started()
    {
        using var run = await SampleRun.StartAsync("StreamPipelines", _folder.Path, "--window", "none");
        var errors = await run.EndAsync();

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--window is 'none'; it must be a number from 1 to 100000.", errors, StringComparison.Ordinal);
    }
}
