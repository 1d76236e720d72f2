using System.Text.Json;

namespace PgPubSub.Cli.Tests.Topics;

public sealed class TopicsSpec : CliSpec
{
    [Fact]
    public async Task Topics_are_listed_for_scripts_and_for_people()
    {
        await TopicAsync("orders", events: 3);
        await TopicAsync("bills");

        var lines = (await DoAsync("topics", "--json")).JsonLines;
        Assert.Equal(["bills", "orders"], lines.Select(line => line.GetProperty("topic").GetString()));
        Assert.Equal((3, 0, 3), (Number(lines[1], "events"), Number(lines[1], "floor"), Number(lines[1], "tail")));
        Assert.Equal(10_000, Number(lines[1].GetProperty("retention"), "count"));
        Assert.Equal(JsonValueKind.Null, lines[1].GetProperty("retention").GetProperty("age_seconds").ValueKind);

        Assert.Equal(
            ["topic   events  floor  tail  dead  keeps   for", "bills        0      0     0     0  10000  none", "orders       3      0     3     0  10000  none"],
            (await DoAsync("topics")).Lines);
        Assert.Equal("orders", Assert.Single((await DoAsync("topics", "--topic", "orders", "--json")).JsonLines).GetProperty("topic").GetString());
    }

    [Fact]
    public async Task Without_topics_a_script_gets_no_line_and_people_a_sentence()
    {
        await Store.MigrateAsync();

        Assert.Equal("", (await DoAsync("topics", "--json")).Output);
        Assert.Equal("There are no topics.", Assert.Single((await DoAsync("topics")).Lines));
    }

    [Fact]
    public async Task A_topic_is_cleared_when_it_is_said_to_be_meant()
    {
        var topic = await TopicAsync(events: 3);

        var asked = await RunAsync("topics", "clear", "orders");
        Assert.Equal(2, asked.ExitCode);
        Assert.Contains("say --yes", asked.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await Store.Log.ReadAsync(topic, 0, 10, 1_000_000, CancellationToken.None)).Count);

        Assert.Equal(3, Number((await DoAsync("topics", "clear", "orders", "--yes", "--json")).Json, "floor"));
        Assert.Empty(await Store.Log.ReadAsync(topic, 0, 10, 1_000_000, CancellationToken.None));
    }

    [Fact]
    public async Task A_topic_is_dropped_when_it_is_said_to_be_meant()
    {
        await TopicAsync(events: 3);

        Assert.Equal(2, (await RunAsync("drop", "topic", "orders")).ExitCode);
        Assert.NotNull(await Store.Log.FindTopicAsync("orders", CancellationToken.None));

        Assert.True((await DoAsync("drop", "topic", "orders", "--yes", "--json")).Json.GetProperty("dropped").GetBoolean());
        Assert.Null(await Store.Log.FindTopicAsync("orders", CancellationToken.None));
        Assert.Equal(4, (await RunAsync("drop", "topic", "orders", "--yes")).ExitCode);
    }

    [Fact]
    public async Task Retention_is_set_limit_by_limit_and_shown()
    {
        await TopicAsync();

        Assert.Equal(2, (await RunAsync("retention", "set", "orders", "--age", "7d")).ExitCode);
        await DoAsync("retention", "set", "orders", "--age", "7d", "--dead-letter-age", "90m", "--yes");
        var set = (await DoAsync("retention", "set", "orders", "--count", "none", "--max-backlog-events", "500", "--yes", "--json")).Json.GetProperty("retention");
        var shown = (await DoAsync("retention", "show", "orders", "--json")).Json.GetProperty("retention");

        Assert.Equal(set.GetRawText(), shown.GetRawText());
        Assert.Equal(
            """{"count":null,"age_seconds":604800,"max_backlog_events":500,"max_backlog_age_seconds":null,"dead_letter_age_seconds":5400}""", shown.GetRawText());
        Assert.Equal(
            ["topic               orders", "count               none", "age                 7d", "max backlog events  500", "max backlog age     none", "dead letter age     90m"],
            (await DoAsync("retention", "show", "orders")).Lines);
    }

    [Theory]
    [InlineData("Nothing is to be set", "--yes")]
    [InlineData("--age must be a duration such as", "--age", "soon")]
    [InlineData("--age must be a duration such as", "--age", "99999999d")]
    [InlineData("Age must be between 1 minute and 100 years.", "--age", "59s")]
    [InlineData("--count must be a whole number or none.", "--count", "1.5")]
    [InlineData("MaxBacklogEvents must be between 1 and 10^15.", "--max-backlog-events", "0")]
    public async Task A_limit_that_is_none_is_named(string said, params string[] limit)
    {
        var run = await RunAsync(["retention", "set", "orders", .. limit]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    private static long Number(JsonElement document, string name) => document.GetProperty(name).GetInt64();
}
