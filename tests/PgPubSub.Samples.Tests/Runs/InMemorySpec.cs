using PgPubSub.Testing;

namespace PgPubSub.Samples.Tests.Runs;

/// <summary>The sample's program as a person would start it, on a machine without a server.</summary>
public sealed class InMemorySpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_acks_it_nacks_and_it_buries_without_a_database()
    {
        var nowhere = new Dictionary<string, string> { [PostgresServer.Variable] = "Host=nowhere.invalid" };
        using var run = await SampleRun.StartAsUserAsync("InMemory", _folder.Path, nowhere);
        var errors = await run.EndAsync();

        Assert.Equal((0, ""), (run.ExitCode, errors));
        var lines = run.Output.Split('\n');
        Assert.Equal(["published soup: 0", "published roast: 1", "published moon: 2"], lines.Where(line => line.StartsWith("published ", StringComparison.Ordinal)));
        Assert.Equal(
            ["acked roast, attempt 2", "acked soup, attempt 1", "nacked moon, attempt 1", "nacked moon, attempt 2", "nacked roast, attempt 1"],
            lines.Where(line => line.StartsWith("acked ", StringComparison.Ordinal) || line.StartsWith("nacked ", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal("dead letter: moon at offset 2, after 2 attempts: nobody can cook it", lines[^1]);
        Assert.Equal(9, lines.Length);
    }
}
