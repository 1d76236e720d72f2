using System.Globalization;
using System.Text.RegularExpressions;
using PgPubSub.Cli.Tests.Terminals;

namespace PgPubSub.Cli.Tests.Publishing;

/// <summary>A file's progress is drawn where a person sits, and nowhere else.</summary>
public sealed partial class ProgressBarSpec : CliSpec
{
    [FactOfTmux]
    public async Task A_bar_shows_the_share_the_events_and_their_rate_until_all_are_published()
    {
        await TopicAsync();
        await using var terminal = await TerminalAsync();
        await File.WriteAllLinesAsync(Path.Combine(terminal.Folder, "events"), Enumerable.Range(0, 150_000).Select(i => $"{{\"n\":{i.ToString(CultureInfo.InvariantCulture)}}}"));

        await terminal.RunAsync("publish", "orders", "--file", "events", "--schema", Schema);

        await terminal.SeeAsync(lines => lines.Any(line => Under().IsMatch(line)), "a bar under way");
        Assert.Equal(0, await terminal.ExitCodeAsync());
        var lines = await terminal.SeeAsync("Published 150000 to topic 'orders', offsets 0 to 149999.");
        Assert.Contains(lines, line => Full().IsMatch(line));
        Assert.Equal(150_000, (await Store.Log.FindTopicAsync("orders", CancellationToken.None))!.Value.Tail);
    }

    [Fact]
    public async Task Where_nobody_looks_nothing_is_drawn()
    {
        await TopicAsync();
        using var folder = new TemporaryFolder();

        var run = await RunAsync("publish", "orders", "--file", folder.File("lines", "1\n2\n"));

        Assert.Equal(("", "Published 2 to topic 'orders', offsets 0 to 1.\n"), (run.Errors, run.Output));
    }

    [GeneratedRegex(@"━ +[1-9]\d?% [1-9][\d,]* events, [1-9][\d,]*/s \d\d:\d\d:\d\d")]
    private static partial Regex Under();

    [GeneratedRegex("━ 100% 150,000 events, [1-9][\\d,]*/s")]
    private static partial Regex Full();
}
