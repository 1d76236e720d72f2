namespace PgPubSub.Cli.Tests.Terminals;

/// <summary>What verbs do where a person sits: tables have lines, and what can't be undone is asked for.</summary>
public sealed class TerminalSpec : CliSpec
{
    [FactOfTmux]
    public async Task A_table_on_a_terminal_has_lines()
    {
        await TopicAsync("orders", events: 3);
        await using var terminal = await TerminalAsync();

        await terminal.RunAsync("topics", "--schema", Schema);

        Assert.Equal(0, await terminal.ExitCodeAsync());
        var lines = await terminal.SeeAsync("╰");
        Assert.Matches(@"^╭─+┬─+┬", lines[1]);
        Assert.Matches(@"^│ topic +│ events │ floor │ tail │", lines[2]);
        Assert.Matches(@"^│ orders │ +3 │ +0 │ +3 │", lines[4]);
    }

    [FactOfTmux]
    public async Task A_topic_is_dropped_when_who_is_asked_says_so()
    {
        await TopicAsync(events: 3);
        await using var terminal = await TerminalAsync();
        const string question = "Drop topic 'orders' with its 3 events, its groups and its 0 dead letters? [y/N]";

        await terminal.RunAsync("drop", "topic", "orders", "--schema", Schema);
        await terminal.SeeAsync(question);
        Assert.NotNull(await Store.Log.FindTopicAsync("orders", CancellationToken.None));
        await terminal.TypeAsync("n");
        Assert.Equal(1, await terminal.ExitCodeAsync());
        await terminal.SeeAsync("pgpubsub: Nothing was done.");
        Assert.NotNull(await Store.Log.FindTopicAsync("orders", CancellationToken.None));

        await terminal.TypeAsync("clear");
        await terminal.RunAsync("drop", "topic", "orders", "--schema", Schema);
        await terminal.SeeAsync(question);
        await terminal.TypeAsync("y");
        Assert.Equal(0, await terminal.ExitCodeAsync());
        await terminal.SeeAsync("Topic 'orders' is dropped.");
        Assert.Null(await Store.Log.FindTopicAsync("orders", CancellationToken.None));
    }

    [FactOfTmux]
    public async Task Who_is_asked_may_press_enter_or_ctrl_c_and_nothing_is_done()
    {
        await TopicAsync(events: 3);
        await using var terminal = await TerminalAsync();

        await terminal.RunAsync("topics", "clear", "orders", "--schema", Schema);
        await terminal.SeeAsync("[y/N]");
        await terminal.PressAsync("Enter");
        Assert.Equal(1, await terminal.ExitCodeAsync());

        await terminal.TypeAsync("clear");
        await terminal.RunAsync("topics", "clear", "orders", "--schema", Schema);
        await terminal.SeeAsync("[y/N]");
        await terminal.PressAsync("C-c");
        Assert.Equal(130, await terminal.ExitCodeAsync());
        Assert.Equal("3", await SqlAsync($"SELECT count(*) FROM {Schema}.event"));
    }
}
