namespace PgPubSub.Samples.Tests.Runs;

/// <summary>The sample's program as a person would start it.</summary>
public sealed class TwoNodesSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactOfSignals]
    public async Task What_the_killed_process_had_in_hand_goes_to_the_other_and_nothing_is_lost()
    {
        using var run = await SampleRun.StartAsUserAsync("TwoNodes", _folder.Path);
        var errors = await run.EndAsync();

        Assert.True(run.ExitCode == 0, run.Output + errors);
        Assert.Equal(["published", "lost", "again", "held", "taken_over", "takeover_ms"], run.Figures.EnumerateObject().Select(figure => figure.Name));
        Assert.Equal((160, 0), (Figure("published"), Figure("lost")));
        Assert.InRange(Figure("held"), 1, 32);
        Assert.Equal(Figure("held"), Figure("taken_over"));
        Assert.InRange(Figure("takeover_ms"), 1, 3_000);
        Assert.Matches("SIGKILL to (left|right), which had the offsets [0-9, ]+ in hand", run.Output);

        int Figure(string name) => run.Figures.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_bad_argument_ends_it_before_anything_is_started()
    {
        using var run = await SampleRun.StartAsync("TwoNodes", _folder.Path, "three");
        var errors = await run.EndAsync();

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("There are no options.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_a_person_starts_says_who_starts_it()
    {
        using var run = await SampleRun.StartAsync("TwoNodes", _folder.Path, new Dictionary<string, string> { ["PGPUBSUB_CONNECTION"] = "" }, "member", "left", "public");
        var errors = await run.EndAsync();

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("This role is started by the sample itself", errors, StringComparison.Ordinal);
    }
}
