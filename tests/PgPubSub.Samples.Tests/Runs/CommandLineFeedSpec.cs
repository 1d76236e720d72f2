namespace PgPubSub.Samples.Tests.Runs;

/// <summary>What ./run falls back to where there is no Akka.</summary>
public sealed class CommandLineFeedSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactOfSignals]
    public async Task The_command_line_alone_loses_nothing_when_a_worker_is_killed_and_says_that_it_is_alone()
    {
        using var run = await SampleRun.StartAsUserAsync("CommandLineFeed", _folder.Path);
        var errors = await run.EndAsync();

        Assert.True(run.ExitCode == 0, run.Output + errors);
        Assert.Contains("there is no actor system here: the job is done with pgpubsub, the command line, alone", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["published", "group_handled", "group_duplicates", "fanout_received", "replayed", "lost", "out_of_order", "takeover_ms", "seconds"],
            run.Figures.EnumerateObject().Select(figure => figure.Name));
        Assert.Equal((2_000, 2_000, 2_000, 1_200), (Figure("published"), Figure("group_handled"), Figure("fanout_received"), Figure("replayed")));
        Assert.Equal((0, 0), (Figure("lost"), Figure("out_of_order")));
        Assert.InRange(Figure("group_duplicates"), 0, 16);
        Assert.Contains("SIGKILL to worker-", run.Output, StringComparison.Ordinal);

        int Figure(string name) => run.Figures.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("There is no option '--fast'.", "--fast")]
    [InlineData("--events is '10'; it must be a number from 2000 to 1000000.", "--events", "10")]
    [InlineData("--jsonl needs the actor system", "--jsonl", "x")]
    public async Task A_bad_argument_ends_it_before_anything_is_started(string said, params string[] arguments)
    {
        using var run = await SampleRun.StartAsync("CommandLineFeed", _folder.Path, arguments);
        var errors = await run.EndAsync();

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }
}
