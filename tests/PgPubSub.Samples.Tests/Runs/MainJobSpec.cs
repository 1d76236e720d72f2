using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using PgPubSub.Docker;

namespace PgPubSub.Samples.Tests.Runs;

/// <summary>The sample's program as a person would start it: processes, a kill, a replay.</summary>
public sealed partial class MainJobSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_is_lost_or_out_of_order_when_a_worker_is_killed()
    {
        using var run = await SampleRun.StartAsync("CommitFeed", _folder.Path, "--events", "300");
        var errors = await run.EndAsync();

        Assert.True(run.ExitCode == 0, run.Output + errors);
        var figures = run.Figures;
        Assert.Equal(
            ["published", "group_handled", "group_duplicates", "fanout_received", "replayed", "lost", "out_of_order", "takeover_ms", "seconds"],
            figures.EnumerateObject().Select(figure => figure.Name));
        Assert.Equal((300, 300, 300), (Figure("published"), Figure("group_handled"), Figure("fanout_received")));
        Assert.Equal((0, 0), (Figure("lost"), Figure("out_of_order")));
        Assert.InRange(Figure("replayed"), 1, 299);
        Assert.InRange(figures.GetProperty("takeover_ms").GetDouble(), 1, 2_000);
        Assert.InRange(figures.GetProperty("seconds").GetDouble(), 1, 60);

        int Figure(string name) => figures.GetProperty(name).GetInt32();
    }

    [FactOfWebhooks]
    public async Task The_whole_file_of_webhooks_goes_through_two_processes_with_nothing_lost()
    {
        using var run = await SampleRun.StartAsync("CommitFeed", _folder.Path, "--jsonl", Webhooks.File!, "--events", "100");
        var errors = await run.EndAsync();

        Assert.True(run.ExitCode == 0, run.Output + errors);
        var lines = (await File.ReadAllLinesAsync(Webhooks.File!)).Length;
        Assert.Equal((lines, lines, 0), (run.Figures.GetProperty("published").GetInt32(), run.Figures.GetProperty("group_handled").GetInt32(), run.Figures.GetProperty("lost").GetInt32()));
    }

    [Fact]
    public async Task Bad_input_ends_it_before_anything_is_started()
    {
        using var run = await SampleRun.StartAsync("CommitFeed", _folder.Path, "--jsonl", _folder.File("bad.jsonl", "{}\noops\n"));
        var errors = await run.EndAsync();
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("Line 2 of ", errors, StringComparison.Ordinal);
    }

    [FactOfSignals]
    public async Task Interrupted_it_leaves_nothing_behind()
    {
        using var run = await SampleRun.StartAsync("CommitFeed", _folder.Path);
        Assert.True(await run.ReadToAsync("a fan-out subscriber are up"), run.Output);
        var schema = SchemaIn().Match(run.Output).Value;
        Assert.Equal(1L, await CountSchemasAsync(schema));
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(_folder.Path));
        var children = await ChildrenOfAsync(run.Id);
        Assert.Equal(3, children.Count);

        Process.Start("kill", ["-INT", run.Id.ToString(CultureInfo.InvariantCulture)]).Dispose();
        await run.EndAsync();

        Assert.Equal(130, run.ExitCode);
        Assert.DoesNotContain(children, IsAlive);
        Assert.Equal(0L, await CountSchemasAsync(schema));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private static async Task<IReadOnlyList<int>> ChildrenOfAsync(int parent)
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "pid=,ppid=,comm="]) { RedirectStandardOutput = true })!;
        var rows = (await ps.StandardOutput.ReadToEndAsync()).Split('\n').Select(row => row.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries));
        return [.. rows.Where(row => row is [_, var owner, var program] && int.Parse(owner, CultureInfo.InvariantCulture) == parent && program.Contains("dotnet", StringComparison.Ordinal))
            .Select(row => int.Parse(row[0], CultureInfo.InvariantCulture))];
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task<long> CountSchemasAsync(string name)
    {
        await using var source = NpgsqlDataSource.Create((await TestServers.SharedAsync()).ConnectionString);
        await using var command = source.CreateCommand("SELECT count(*) FROM pg_namespace WHERE nspname = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = name });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    [GeneratedRegex("feed_[0-9a-f]{32}")]
    private static partial Regex SchemaIn();
}
