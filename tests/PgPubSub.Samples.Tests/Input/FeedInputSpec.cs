using System.Diagnostics;
using CommitFeed.Input;
using CommitFeed;
using PgPubSub.Samples.Shared.Input;

namespace PgPubSub.Samples.Tests.Input;

public sealed class FeedInputSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Outside_a_checkout_the_recorded_history_is_published()
    {
        var input = await ReadAsync(new Command.Run(2_000, null));
        Assert.StartsWith("a recorded history, since ", input.Description, StringComparison.Ordinal);
        Assert.Equal((60, 34, 2_040), (input.Events.Count, input.Rounds, input.Count));
        Assert.Same(input.Events[1], input[61]);
    }

    [FactOfGit]
    public async Task In_a_checkout_without_commits_the_recorded_history_is_published()
    {
        Git("init", "-q");
        Assert.EndsWith(" has no commits", (await ReadAsync(new Command.Run(100, null))).Description, StringComparison.Ordinal);
    }

    [FactOfGit]
    public async Task In_a_checkout_its_own_history_is_published_oldest_first()
    {
        Git("init", "-q");
        Commit("first", "a \u00FC.txt");
        Commit("second \"quoted\"", "b.txt");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "inside"));
        var history = await GitHistory.ReadAsync(Path.Combine(_folder.Path, "inside"), 100, CancellationToken.None);
        Assert.Equal(["first", "second \"quoted\""], history.Commits.Select(commit => commit.Subject));
        Assert.Equal([["a \u00FC.txt"], ["b.txt"]], history.Commits.Select(commit => commit.Files));
        Assert.All(history.Commits, commit => Assert.Equal(("Ada Okonjo", 40, 2024), (commit.Author, commit.Hash.Length, commit.Time.Year)));
        Assert.Equal("second \"quoted\"", Assert.Single((await GitHistory.ReadAsync(_folder.Path, 1, CancellationToken.None)).Commits).Subject);
    }

    [Fact]
    public async Task A_file_is_published_whole_however_few_events_are_asked_for()
    {
        var path = _folder.File("input.jsonl", string.Concat(Enumerable.Repeat("{}\n", 273)));
        Assert.Equal(273, (await ReadAsync(new Command.Run(100, path))).Count);
        Assert.Equal(546, (await ReadAsync(new Command.Run(274, path))).Count);
    }

    private Task<FeedInput> ReadAsync(Command.Run command) => FeedInput.ReadAsync(command, _folder.Path, CancellationToken.None);

    private void Commit(string subject, string file)
    {
        _folder.File(file, subject);
        Git("add", ".");
        Git("-c", "user.name=Ada Okonjo", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "--date=2024-05-06T07:08:09Z", "-m", subject);
    }

    private void Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = _folder.Path })!;
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }
}
