using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;

namespace PgPubSub.Cli.Tests.DeadLetters;

public sealed class DeadLettersSpec : CliSpec
{
    [Fact]
    public async Task Dead_letters_are_listed_without_and_shown_with_their_data()
    {
        await BuryAsync(3);

        var list = await DoAsync("dead-letters", "list", "orders", "--json");
        Assert.Equal([0, 1, 2], list.JsonLines.Select(line => line.GetProperty("offset").GetInt64()));
        Assert.All(list.JsonLines, line => Assert.Equal(("billing", "never", 5), (line.GetProperty("group").GetString(), line.GetProperty("reason").GetString(), line.GetProperty("attempts").GetInt32())));
        var table = await DoAsync("dead-letters", "list", "orders");
        Assert.Matches("^id +group +offset +type +attempts +died at +reason$", table.Lines[0].Trim());
        Assert.DoesNotContain("secret", list.Output + table.Output, StringComparison.Ordinal);

        var id = list.JsonLines[1].GetProperty("id").GetRawText();
        var shown = (await DoAsync("dead-letters", "show", "orders", id, "--json")).Json;
        Assert.Equal("""{"secret":"payload-1"}""", shown.GetProperty("data").GetRawText());
        Assert.Equal("secret-key", shown.GetProperty("key").GetString());
        Assert.Contains("""data          {"secret":"payload-1"}""", (await DoAsync("dead-letters", "show", "orders", id)).Lines);
        Assert.Equal(4, (await RunAsync("dead-letters", "show", "orders", "999")).ExitCode);
    }

    [Fact]
    public async Task Data_that_is_nested_deeply_is_shown_as_it_came()
    {
        await BuryAsync(1);
        var deep = new string('[', 500) + new string(']', 500);
        await SqlAsync($"UPDATE {Schema}.dead_letter SET data = '{deep}'");

        var id = Assert.Single((await DoAsync("dead-letters", "list", "orders", "--json")).JsonLines).GetProperty("id").GetRawText();

        Assert.Contains($"\"data\":{deep}", (await DoAsync("dead-letters", "show", "orders", id, "--json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_bounded_and_goes_on_after_a_number()
    {
        await BuryAsync(5);

        var first = (await DoAsync("dead-letters", "list", "orders", "--limit", "2", "--json")).JsonLines;
        var rest = (await DoAsync("dead-letters", "list", "orders", "--after", first[1].GetProperty("id").GetRawText(), "--json")).JsonLines;

        Assert.Equal([0, 1, 2, 3, 4], first.Concat(rest).Select(line => line.GetProperty("offset").GetInt64()));
        Assert.Equal("", (await DoAsync("dead-letters", "list", "orders", "--group", "audit", "--json")).Output);
        Assert.Equal("", (await DoAsync("dead-letters", "list", "orders", "--died-before", "2001-01-01", "--json")).Output);
    }

    [Fact]
    public async Task More_than_a_step_s_worth_is_listed_and_purged_without_a_gap()
    {
        await BuryAsync(1);
        await SqlAsync($"""
            INSERT INTO {Schema}.dead_letter (topic, subscription, subscriber, "offset", event_id, type, data, published_at, attempts, why)
            SELECT topic, subscription, subscriber, place, event_id, type, data, published_at, attempts, why FROM {Schema}.dead_letter, generate_series(1, 1200) place
            """);

        var list = (await DoAsync("dead-letters", "list", "orders", "--limit", "1100", "--json")).JsonLines;

        Assert.Equal(Enumerable.Range(0, 1_100), list.Select(line => line.GetProperty("offset").GetInt32()));
        Assert.Equal(1_201, (await DoAsync("dead-letters", "purge", "orders", "--all", "--yes", "--json")).Json.GetProperty("purged").GetInt64());
    }

    [Fact]
    public async Task Dead_letters_are_redriven_by_choice()
    {
        await BuryAsync(3);
        var second = (await DoAsync("dead-letters", "list", "orders", "--json")).JsonLines[1].GetProperty("id").GetRawText();

        Assert.Equal(1, (await DoAsync("dead-letters", "redrive", "orders", "--id", second, "--json")).Json.GetProperty("redriven").GetInt64());
        Assert.Equal(4, (await RunAsync("dead-letters", "redrive", "orders", "--id", second)).ExitCode);
        Assert.Equal(2, (await DoAsync("dead-letters", "redrive", "orders", "--all", "--json")).Json.GetProperty("redriven").GetInt64());

        Assert.Equal("3", await SqlAsync($"SELECT count(*) FROM {Schema}.retry"));
        Assert.Equal("0", await SqlAsync($"SELECT count(*) FROM {Schema}.dead_letter"));
    }

    [Fact]
    public async Task Dead_letters_are_purged_when_it_is_said_to_be_meant()
    {
        await BuryAsync(3);

        Assert.Equal(2, (await RunAsync("dead-letters", "purge", "orders", "--all")).ExitCode);
        Assert.Equal("3", await SqlAsync($"SELECT count(*) FROM {Schema}.dead_letter"));

        Assert.Equal(3, (await DoAsync("dead-letters", "purge", "orders", "--type", "order.placed", "--yes", "--json")).Json.GetProperty("purged").GetInt64());
        Assert.Equal("0", await SqlAsync($"SELECT count(*) FROM {Schema}.dead_letter"));
    }

    [Theory]
    [InlineData("Which? Give --all", "redrive", "orders")]
    [InlineData("--all and a choice exclude each other.", "purge", "orders", "--all", "--id", "1")]
    [InlineData("--died-from must be a time", "purge", "orders", "--died-from", "today")]
    [InlineData("--limit must be at least 1.", "list", "orders", "--limit", "0")]
    public async Task A_choice_that_is_none_is_refused(string said, params string[] arguments)
    {
        var run = await RunAsync(["dead-letters", .. arguments, "--yes"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    private async Task BuryAsync(int count)
    {
        var (group, node) = (await GroupAsync(await TopicAsync(events: count)), Guid.CreateVersion7());
        await Store.Nodes.RegisterAsync(node, "a node", CancellationToken.None);
        var page = await Store.Deliveries.ClaimAsync(new ClaimRequest(group, node, Guid.CreateVersion7(), count, 1_000_000, 1, 0));
        Failure[] failed = [.. Enumerable.Range(0, count).Select(i => new Failure(i, 5, TimeSpan.Zero, "never", Bury: true))];
        await Store.Deliveries.SettleAsync(group, node, [new LeaseSettlement(page.Generation, page.Lo, page.Hi, page.Token, Whole: false, [], failed)], []);
    }
}
