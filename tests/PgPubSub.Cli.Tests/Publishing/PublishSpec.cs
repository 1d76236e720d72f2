using System.Text;
using Npgsql;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Tests.Publishing;

public sealed class PublishSpec : CliSpec
{
    private const string Deep = "nested deeper than the server reads";

    [Fact]
    public async Task An_argument_is_one_event()
    {
        var topic = await TopicAsync();

        var said = (await DoAsync("publish", "orders", "{ \"total\": 12.50,\n \"currency\": \"€\" }", "--type", "order.placed", "--key", "k", "--header", "a=1", "--header", "b=x=y", "--json")).Json;

        Assert.Equal("""{"topic":"orders","published":1,"first_offset":0,"last_offset":0}""", said.GetRawText());
        var stored = Assert.Single(await ReadAsync(topic));
        Assert.Equal(("order.placed", "k"), (stored.Type, stored.Key));
        Assert.Equal("""{ "total": 12.50,  "currency": "€" }""", Text(stored.Data));
        Assert.Equal("""{"a":"1","b":"x=y"}""", Text(stored.Headers!.Value).Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(["Published 1 to topic 'orders', offsets 1 to 1."], (await DoAsync("publish", "orders", "null")).Lines);
        Assert.Equal(("event", null), ((await ReadAsync(topic))[1].Type, (await ReadAsync(topic))[1].Key));
    }

    [Fact]
    public async Task Lines_of_standard_input_are_events_in_their_order_and_empty_ones_count_for_nothing()
    {
        var topic = await TopicAsync();

        var run = await FeedAsync("\uFEFF1\r\n\n  \n[2]\n\"three\"", "publish", "orders");

        Assert.Equal((0, "", "Published 3 to topic 'orders', offsets 0 to 2.\n"), (run.ExitCode, run.Errors, run.Output));
        Assert.Equal(["1", "[2]", "\"three\""], (await ReadAsync(topic)).Select(stored => Text(stored.Data)));
        Assert.Equal("Nothing was published.\n", (await FeedAsync("\n", "publish", "orders")).Output);
    }

    [Fact]
    public async Task A_file_of_many_lines_is_published_whole()
    {
        var topic = await TopicAsync();
        using var folder = new TemporaryFolder();
        var file = folder.File("lines", string.Concat(Enumerable.Range(0, 2_500).Select(i => $"{{\"n\":{i}}}\n")));

        Assert.Equal(2_500, (await DoAsync("publish", "orders", "--file", file, "--json")).Json.GetProperty("published").GetInt64());

        var stored = new List<StoredEvent>();
        while (await Store.Log.ReadAsync(topic, stored.Count, 1_000, long.MaxValue, CancellationToken.None) is { Count: > 0 } page)
            stored.AddRange(page);
        Assert.Equal(Enumerable.Range(0, 2_500).Select(i => $"{{\"n\":{i}}}"), stored.Select(one => Text(one.Data)));
        Assert.Equal(2_500, stored.Select(one => one.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("{\"x\":", "It is not JSON (at byte 5).")]
    [InlineData("{} {}", "It is not JSON (at byte 3).")]
    [InlineData(Deep, "PostgreSQL answered 54001: the content exceeds a limit of the server.")]
    public async Task A_line_that_is_wrong_is_named_and_what_came_before_it_is_published_and_said(string line, string problem)
    {
        var topic = await TopicAsync();

        var text = line == Deep ? new string('[', 90_000) + new string(']', 90_000) : line;
        var run = await FeedAsync($"{string.Concat(Enumerable.Range(0, 700).Select(i => $"{i}\n"))}\n{text}\n\"after\"\n", "publish", "orders");

        Assert.Equal((1, $"pgpubsub: Line 702: {problem} 700 events before it were published."), (run.ExitCode, run.Error));
        Assert.Equal("Published 700 to topic 'orders', offsets 0 to 699.\n", run.Output);
        Assert.Equal(700, (await Store.Log.FindTopicAsync("orders", CancellationToken.None))!.Value.Tail);
        Assert.Equal("699", Text((await Store.Log.ReadAsync(topic, 699, 1, 1_000, CancellationToken.None))[0].Data));
    }

    [Fact]
    public async Task A_first_line_that_is_wrong_publishes_nothing_and_its_content_is_not_shown()
    {
        await TopicAsync();

        var run = await FeedAsync("hush\n1\n", "publish", "orders", "--verbose");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("pgpubsub: Line 1: It is not JSON (at byte 0). Nothing was published.\n", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", run.Errors + run.Output, StringComparison.Ordinal);
        Assert.Equal("Nothing was published.\n", run.Output);
    }

    [Theory]
    [InlineData("[]", "It is not a JSON object.")]
    [InlineData("{\"data\":1}", "It has no type.")]
    [InlineData("{\"type\":1,\"data\":1}", "Its type is not a string.")]
    [InlineData("{\"type\":\"\",\"data\":1}", "The type is empty.")]
    [InlineData("{\"type\":\"\\ud800\",\"data\":1}", "Its type has a lone surrogate.")]
    [InlineData("{\"type\":\"t\"}", "It has no data.")]
    [InlineData("{\"type\":\"t\",\"data\":1,\"event_id\":\"x\"}", "Its event_id is not a UUID.")]
    [InlineData("{\"type\":\"t\",\"data\":1,\"headers\":{\"a\":1}}", "Its headers are not an object of strings.")]
    [InlineData("{\"type\":\"t\",\"data\":1,\"headers\":{\"a\":\"\\u0000\"}}", "The header's value has a NUL character.")]
    [InlineData("{\"type\":\"t\",\"content_type\":\"image/png\",\"body_base64\":\"?\"}", "Its body_base64 is not there or not base64.")]
    public async Task An_envelope_that_lacks_something_is_told_what(string line, string problem)
    {
        await TopicAsync();

        var run = await FeedAsync(line, "publish", "orders", "--envelope");

        Assert.Equal((1, $"pgpubsub: Line 1: {problem} Nothing was published."), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task An_envelope_keeps_what_an_event_is()
    {
        var topic = await TopicAsync();
        var id = Guid.CreateVersion7();

        await FeedAsync($$$"""
            {"offset":7,"event_id":"{{{id}}}","type":"t","key":"k","headers":{"a":"1"},"data":{"x":[1]},"attempt":2}
            {"type":"b","content_type":"image/png","body_base64":"AAH/"}
            """, "publish", "orders", "--envelope");

        var stored = await ReadAsync(topic);
        Assert.Equal((id, "t", "k", """{"x":[1]}""", null), (stored[0].Id, stored[0].Type, stored[0].Key, Text(stored[0].Data), stored[0].ContentType));
        Assert.Equal(("b", null, "image/png"), (stored[1].Type, stored[1].Key, stored[1].ContentType));
        Assert.Equal([0, 1, 255], stored[1].Data.ToArray());
        Assert.Null(stored[1].Headers);
    }

    [Fact]
    public async Task A_topic_is_made_only_when_it_is_said_to_be_meant()
    {
        await Store.MigrateAsync();

        var run = await RunAsync("publish", "orders", "1");
        Assert.Equal((4, "pgpubsub: There is no topic 'orders'."), (run.ExitCode, run.Error));

        await DoAsync("publish", "orders", "1", "--create");
        Assert.Equal(1, (await Store.Log.FindTopicAsync("orders", CancellationToken.None))!.Value.Tail);
    }

    [Fact]
    public async Task Where_nobody_knows_what_became_of_an_event_it_is_not_said_that_nothing_was_published()
    {
        await TopicAsync();
        await using var stranger = new NpgsqlConnection(Server);
        await stranger.OpenAsync();
        await using var locked = await stranger.BeginTransactionAsync();
        await DoAsync($"LOCK TABLE {Schema}.event IN SHARE MODE");
        var running = RunAsync("publish", "orders", "1", "--json");
        var publisher = await WaiterAsync("event");
        var moving = DoAsync($"LOCK TABLE {Schema}.topic IN ACCESS EXCLUSIVE MODE");
        await WaiterAsync("topic");

        await SqlAsync($"SELECT pg_terminate_backend({publisher})"); // it might have committed just before, for all that the other side knows
        await moving;
        await DoAsync($"UPDATE {Schema}.topic SET floor = 100");
        await locked.CommitAsync();

        var run = await running;
        Assert.Equal((6, "", "pgpubsub: Whether the last batch was written is unknown. History has moved past what an earlier send of it may have written."), (run.ExitCode, run.Output, run.Error));

        async Task DoAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, stranger, locked);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Theory]
    [InlineData("The data can't be published: It is not JSON (at byte 0).", "hush")]
    [InlineData("Data and --file exclude each other.", "1", "--file", "f")]
    [InlineData("There is no file /none/such.", "--file", "/none/such")]
    [InlineData("/ can't be read.", "--file", "/")]
    [InlineData("--envelope excludes --type, --key and --header: each line has its own.", "{}", "--envelope", "--key", "k")]
    [InlineData("--header must be name=value, each name once.", "1", "--header", "a")]
    [InlineData("--header must be name=value, each name once.", "1", "--header", "a=1", "--header", "a=2")]
    [InlineData("The header's name is empty.", "1", "--header", "=1")]
    [InlineData("The type is empty.", "1", "--type", "")]
    [InlineData("The key is longer than 200 bytes of UTF-8.", "1", "--key", "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901")]
    public async Task What_is_not_understood_is_told(string said, params string[] arguments)
    {
        await TopicAsync();

        var run = await RunAsync(["publish", "orders", .. arguments]);

        Assert.Equal((2, $"pgpubsub: {said}"), (run.ExitCode, run.Error));
        Assert.Equal("", run.Output);
    }

    private async Task<string> WaiterAsync(string table)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (await SqlAsync($"SELECT min(pid) FROM pg_locks WHERE relation = '{Schema}.{table}'::regclass AND NOT granted") is { Length: > 0 } waiter)
                return waiter;
            late.Token.ThrowIfCancellationRequested();
        }
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic) => Store.Log.ReadAsync(topic, 0, 1_000, long.MaxValue, CancellationToken.None);
}
