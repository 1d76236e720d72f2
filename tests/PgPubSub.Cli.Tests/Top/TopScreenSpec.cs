using System.Text.RegularExpressions;
using Npgsql;
using PgPubSub.Cli.Tests.Terminals;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Proxies;

namespace PgPubSub.Cli.Tests.Top;

/// <summary><c>top</c> as people see it, in a terminal.</summary>
public sealed class TopScreenSpec : CliSpec
{
    [FactOfTmux]
    public async Task Topics_groups_and_nodes_are_shown_and_rates_from_the_second_look_on()
    {
        var (topic, node) = (await TopicAsync(events: 10), Guid.CreateVersion7());
        var group = await GroupAsync(topic);
        await Store.Nodes.RegisterAsync(node, "shop-1", CancellationToken.None);
        await using var terminal = await TerminalAsync();

        await terminal.RunAsync("top", "--schema", Schema, "--interval", "5s");

        var lines = await terminal.SeeAsync("1 topic, 1 group, 1 node");
        Assert.Equal($"1 topic, 1 group, 1 node; schema {Schema}, every 5s; q ends", lines[0]);
        Assert.Contains(lines, line => Regex.IsMatch(line, "^orders +- +10 +10 +0$"));
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^billing +orders +- +10 +\d+\.\ds +0 +0 +0$"));
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^shop-1 +\S+ +\S+ +none$"));

        await AppendAsync(topic, 50, 10);
        var page = await Store.Deliveries.ClaimAsync(new ClaimRequest(group, node, Guid.CreateVersion7(), 20, 1_000_000, 1, 0));
        await Store.Deliveries.SettleAsync(group, node, [new LeaseSettlement(page.Generation, page.Lo, page.Hi, page.Token, Whole: true, [], [])], []);
        await terminal.SeeAsync(
            seen => seen.Any(line => Regex.IsMatch(line, @"^orders +[1-9]\S* +60 +60 +0$")) && seen.Any(line => Regex.IsMatch(line, @"^billing +orders +[1-9]\S* +40 +\S+ +0 +0 +0$")),
            "rates of what was published and handled");
        await terminal.SeeAsync(seen => seen.Any(line => Regex.IsMatch(line, "^orders +0 +60 +60 +0$")), "no rate where nothing is published");
    }

    [FactOfTmux]
    public async Task What_has_no_room_is_counted_and_another_size_is_used_at_once()
    {
        for (var i = 0; i < 30; i++)
            await GroupAsync(await TopicAsync($"topic-{i:00}"));
        await using var terminal = await TerminalAsync(90, 24);

        await terminal.RunAsync("top", "--schema", Schema, "--interval", "1h");
        await terminal.SeeAsync(lines => lines.Count == 24 && lines.Contains("23 more not shown") && lines.Contains("no nodes"), "two lists that are cut");

        await terminal.ResizeAsync(90, 80);
        await terminal.SeeAsync(lines => lines.Count(line => line.StartsWith("topic-", StringComparison.Ordinal)) == 30 && !lines.Any(line => line.EndsWith("not shown", StringComparison.Ordinal)), "all topics");

        await terminal.ResizeAsync(20, 3);
        await terminal.SeeAsync(lines => lines.SequenceEqual(["30 topics, 30 groups…", "group     topic    …", "30 groups, not shown"], StringComparer.Ordinal) || Small(lines), "as much as three lines hold");

        await terminal.ResizeAsync(90, 24);
        await terminal.SeeAsync(lines => lines.Count == 24 && lines.Contains("23 more not shown"), "the lists as before");
        await terminal.PressAsync("q");
        Assert.Equal(0, await terminal.ExitCodeAsync());

        static bool Small(IReadOnlyList<string> lines) => lines.Count == 3 && lines[0].StartsWith("30 topics, ", StringComparison.Ordinal) && lines[2] == "30 groups, not shown";
    }

    [FactOfTmux]
    public async Task Q_and_ctrl_c_leave_the_terminal_as_it_was()
    {
        await TopicAsync(events: 3);
        await using var terminal = await TerminalAsync();
        await terminal.TypeAsync("stty -g >stty.before; echo was here");
        await terminal.SeeAsync(lines => lines.Contains("was here"), "what is there before");
        var modes = await terminal.ModesAsync();

        foreach (var key in new[] { "q", "C-c" })
        {
            await terminal.RunAsync("top", "--schema", Schema);
            await terminal.SeeAsync(lines => lines[0].StartsWith("1 topic", StringComparison.Ordinal), "the second screen");
            Assert.NotEqual(modes, await terminal.ModesAsync());
            Assert.DoesNotContain("was here", await terminal.ScreenAsync());

            await terminal.PressAsync(key);

            Assert.Equal(0, await terminal.ExitCodeAsync());
            var lines = await terminal.SeeAsync(lines => lines[^1] == "$", "a prompt");
            Assert.Contains("was here", lines);
            Assert.DoesNotContain(lines, line => line.StartsWith("1 topic", StringComparison.Ordinal));
            Assert.Equal(modes, await terminal.ModesAsync());
        }

        await terminal.TypeAsync("stty -g >stty.after; cmp stty.before stty.after && echo the same");
        await terminal.SeeAsync(lines => lines.Contains("the same"), "the terminal's settings as before");
    }

    [FactOfTmux]
    public async Task It_ends_after_as_many_looks_as_are_wanted_and_without_a_keyboard_too()
    {
        await TopicAsync();
        await using var terminal = await TerminalAsync();

        await terminal.RunPipedAsync(["top", "--schema", Schema, "--count", "2"], "</dev/null");

        await terminal.SeeAsync("1 topic, 0 groups, 0 nodes");
        Assert.Equal(0, await terminal.ExitCodeAsync());
        await terminal.SeeAsync(lines => lines[^1] == "$", "a prompt");
    }

    [FactOfTmux]
    public async Task A_database_that_goes_away_is_told_and_what_was_seen_stays_until_it_is_back()
    {
        var topic = await TopicAsync(events: 10);
        await using var first = new TcpProxy(Server);
        var port = first.Port;
        await using var terminal = await TerminalAsync(server: first.ConnectionString);
        await terminal.RunAsync("top", "--schema", Schema);
        await terminal.SeeAsync("1 topic, 0 groups, 0 nodes");

        await first.DisposeAsync();
        var lines = await terminal.SeeAsync("OLD, from ");
        Assert.Matches(@"^OLD, from \d+\.\ds ago: \S.*PostgreSQL", "" + lines[1].Replace("ago: ", "ago: .", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("orders ", StringComparison.Ordinal));

        await AppendAsync(topic, 5, 10);
        await using var second = new TcpProxy(Server, port);
        await terminal.SeeAsync(seen => !seen.Any(line => line.StartsWith("OLD", StringComparison.Ordinal)) && seen.Any(line => Regex.IsMatch(line, @"^orders +\S+ +15 +15 ")), "what is new");
        await terminal.PressAsync("q");
        Assert.Equal(0, await terminal.ExitCodeAsync());
    }

    [FactOfTmux]
    public async Task A_topic_that_is_dropped_is_gone_at_the_next_look()
    {
        var topic = await TopicAsync("bills");
        await TopicAsync("orders");
        await using var terminal = await TerminalAsync();
        await terminal.RunAsync("top", "--schema", Schema);
        await terminal.SeeAsync("2 topics, 0 groups, 0 nodes");

        await Store.Topics.DropTopicAsync(topic, CancellationToken.None);

        var lines = await terminal.SeeAsync("1 topic, 0 groups, 0 nodes");
        Assert.DoesNotContain(lines, line => line.StartsWith("bills", StringComparison.Ordinal));
    }

    [FactOfTmux]
    public async Task While_a_look_hangs_it_is_told_so_and_ends_when_it_is_to()
    {
        await TopicAsync();
        await using var terminal = await TerminalAsync();
        await terminal.RunAsync("top", "--schema", Schema);
        await terminal.SeeAsync("1 topic, 0 groups, 0 nodes");
        await using var stranger = new NpgsqlConnection(Server);
        await stranger.OpenAsync();
        await using var locked = await stranger.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"LOCK TABLE {Schema}.topic IN ACCESS EXCLUSIVE MODE", stranger, locked))
            await command.ExecuteNonQueryAsync();

        await terminal.SeeAsync("ago: PostgreSQL has not answered yet.");
        await terminal.PressAsync("C-c");
        Assert.Equal(0, await terminal.ExitCodeAsync());
    }

    [FactOfTmux]
    public async Task It_is_suspended_on_the_first_screen_and_goes_on_on_the_second()
    {
        await TopicAsync();
        await using var terminal = await TerminalAsync();
        await terminal.TypeAsync("echo was here");
        await terminal.SeeAsync(lines => lines.Contains("was here"), "what is there before");
        var modes = await terminal.ModesAsync();
        await terminal.TypeAsync(Terminal.Command("top", "--schema", Schema));
        await terminal.SeeAsync("1 topic, 0 groups, 0 nodes");

        await terminal.PressAsync("C-z");
        await terminal.SeeAsync(lines => lines[^1].StartsWith('$') && lines.Any(line => line.Contains("Stopped", StringComparison.Ordinal)) && lines.Contains("was here"), "the first screen");
        Assert.Equal(modes, await terminal.ModesAsync());
        await terminal.TypeAsync("fg");
        await terminal.SeeAsync("1 topic, 0 groups, 0 nodes");
        await terminal.PressAsync("q");
        await terminal.SeeAsync(lines => lines[^1] == "$" && lines.Contains("was here"), "the first screen again");
    }

    [FactOfTmux]
    public async Task A_terminal_that_can_t_be_drawn_on_is_told()
    {
        await using var terminal = await TerminalAsync();
        await terminal.TypeAsync("TERM=dumb; export TERM");

        await terminal.RunAsync("top", "--schema", Schema);

        Assert.Equal(2, await terminal.ExitCodeAsync());
        await terminal.SeeAsync("whose TERM is dumb or not set: say --json.");
    }
}
