using System.Diagnostics;
using System.Text;
using System.Text.Json;
using PgPubSub.Cli.Tailing;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Tests.Tailing;

public sealed class TailSpec : CliSpec
{
    [Fact]
    public async Task From_an_offset_on_it_prints_what_is_there_for_scripts_and_for_people()
    {
        var topic = await TopicAsync(events: 3);
        var stored = await Store.Log.ReadAsync(topic, 0, 10, long.MaxValue, CancellationToken.None);

        var documents = (await DoAsync("tail", "orders", "--from", "1", "--no-follow", "--json")).JsonLines;
        Assert.Equal([1, 2], documents.Select(Offset));
        Assert.Equal(["topic", "offset", "event_id", "published_at", "type", "key", "headers", "data"], documents[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(("orders", stored[1].Id, "order.placed", "secret-key"), (documents[0].GetProperty("topic").GetString(), documents[0].GetProperty("event_id").GetGuid(), documents[0].GetProperty("type").GetString(), documents[0].GetProperty("key").GetString()));
        Assert.Equal("""{"secret":"payload-1"}""", documents[0].GetProperty("data").GetRawText());
        Assert.Equal(JsonValueKind.Null, documents[0].GetProperty("headers").ValueKind);

        Assert.Matches(
            """^2  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z  order\.placed  secret-key  \{"secret":"payload-2"\}$""",
            Assert.Single((await DoAsync("tail", "orders", "--from", "2", "--no-follow")).Lines));
    }

    [Fact]
    public async Task It_begins_at_a_time_and_ends_with_a_limit()
    {
        var topic = await TopicAsync(events: 5);
        await SqlAsync($"UPDATE {Schema}.event SET published_at = '2026-01-01Z'::timestamptz + make_interval(days => \"offset\"::int) WHERE topic = {topic.Value}");

        Assert.Equal([2, 3], (await DoAsync("tail", "orders", "--from", "2026-01-02T12:00:00Z", "--limit", "2", "--json")).JsonLines.Select(Offset));
        Assert.Empty((await DoAsync("tail", "orders", "--no-follow")).Lines);
        Assert.Empty((await DoAsync("tail", "orders", "--no-follow", "--from", "17")).Lines);
    }

    [Fact]
    public async Task It_prints_what_passes_by_type_key_and_header()
    {
        await TopicAsync();
        foreach (var (type, key, header) in new[] { ("a", "k", "1"), ("b", "k", "1"), ("c", "k", "2"), ("a", "l", "1") })
            await DoAsync("publish", "orders", "0", "--type", type, "--key", key, "--header", $"h={header}");

        Assert.Equal([0, 1, 3], await OffsetsAsync("--type", "a", "--type", "b"));
        Assert.Equal([0, 1], await OffsetsAsync("--header", "h=1", "--key", "k"));
        Assert.Equal([3], await OffsetsAsync("--type", "a", "--key", "l", "--header", "h=1"));
    }

    [Fact]
    public async Task It_waits_for_what_comes()
    {
        var topic = await TopicAsync(events: 1);
        using var tail = Start("tail", "orders", "--from", "0", "--json");
        Assert.Equal([0], (await tail.DocumentsAsync(1)).Select(Offset));

        await DoAsync("publish", "orders", "{\"n\":1}");
        Assert.Equal("""{"n":1}""", (await tail.DocumentsAsync(1))[0].GetProperty("data").GetRawText());
        await Store.Log.AppendAsync(topic, 2, [new NewEvent(Guid.CreateVersion7(), "t", null, "2"u8.ToArray(), null, null)]); // nobody is told: a poll finds it
        Assert.Equal([2], (await tail.DocumentsAsync(1)).Select(Offset));

        await tail.SignalAsync("INT");
        Assert.Equal(130, await tail.EndAsync());
    }

    [Fact]
    public async Task Without_a_place_it_begins_with_what_is_published_from_now_on()
    {
        var topic = await TopicAsync(events: 3);
        using var tail = Start("tail", "orders", "--json");
        var first = tail.LineAsync();
        for (var end = 3; !first.IsCompleted; end++)
            await Store.Log.AppendAsync(topic, end, [new NewEvent(Guid.CreateVersion7(), "t", null, "2"u8.ToArray(), null, null)]);

        var offset = Offset(JsonElement.Parse(await first));
        Assert.True(offset >= 3);
        await DoAsync("publish", "orders", "{}");
        var tailOffset = (await Store.Log.FindTopicAsync("orders", CancellationToken.None))!.Value.Tail;
        Assert.Equal(Enumerable.Range((int)offset + 1, (int)(tailOffset - offset) - 1), (await tail.DocumentsAsync((int)(tailOffset - offset) - 1)).Select(one => (int)Offset(one)));
    }

    [Fact]
    public async Task A_pipeline_into_publish_moves_a_topic()
    {
        var topic = await TopicAsync(events: 1_500);
        await Store.Log.AppendAsync(topic, 1_500, [new NewEvent(Guid.CreateVersion7(), "b", "k", new byte[] { 0, 255 }, "image/png", Encoding.UTF8.GetBytes("""{"h":"ü\n"}"""))]);

        var run = await ShellAsync($"$CLI tail orders --from earliest --no-follow --json --schema {Schema} | $CLI publish copy --create --envelope --schema {Schema}");

        Assert.Equal((0, "Published 1501 to topic 'copy', offsets 0 to 1500.\n"), (run.ExitCode, run.Output));
        var copy = (await Store.Log.FindTopicAsync("copy", CancellationToken.None))!.Value.Id;
        Assert.Equal(await AllAsync(topic), await AllAsync(copy));
    }

    [Fact]
    public async Task Data_goes_out_as_it_came_but_for_white_space_also_where_it_is_no_text()
    {
        var topic = await TopicAsync();
        var data = """{ "lone":"\ud800 \"\\",""" + "\n\t" + """ "n": [1.50, 1e400, {}], "steers":""" + "\"\u009b2J\u007f\u2028é\" }";
        await Store.Log.AppendAsync(topic, 0, [new NewEvent(Guid.CreateVersion7(), "t", null, Encoding.UTF8.GetBytes(data), null, null)]);

        var line = Assert.Single((await DoAsync("tail", "orders", "--from", "0", "--no-follow", "--json")).Lines);

        Assert.EndsWith("""
            "data":{"lone":"\ud800 \"\\","n":[1.50,1e400,{}],"steers":"\u009b2J\u007f\u2028é"}}
            """, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_well_when_its_reader_has_enough()
    {
        await TopicAsync(events: 5_000);

        var run = await ShellAsync($"$CLI tail orders --from earliest --json --schema {Schema} | head -n 1; echo ${{PIPESTATUS[0]}}");

        Assert.Equal(0, run.ExitCode);
        var lines = run.Lines;
        Assert.Equal((0L, "0"), (Offset(JsonElement.Parse(lines[0])), lines[1]));
    }

    [Fact]
    public async Task Many_runs_may_write_into_one_file()
    {
        await TopicAsync(events: 2);

        var run = await ShellAsync($"f=$(mktemp); (for i in 0 1; do $CLI tail orders --from $i --limit 1 --json --schema {Schema}; done) > $f; cat $f; rm $f");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal([0, 1], run.JsonLines.Select(Offset));
    }

    [Fact]
    public async Task What_retention_took_and_a_topic_that_is_dropped_are_told()
    {
        var topic = await TopicAsync(events: 5);
        await Store.Topics.ClearTopicAsync(topic, CancellationToken.None);
        await Store.Log.AppendAsync(topic, 5, [new NewEvent(Guid.CreateVersion7(), "t", null, "2"u8.ToArray(), null, null)]);
        using var tail = Start("tail", "orders", "--from", "2", "--json");
        Assert.Equal("pgpubsub: What lies below offset 5 is not kept any more.", await tail.SaidAsync());
        Assert.Equal([5], (await tail.DocumentsAsync(1)).Select(Offset));

        await DoAsync("drop", "topic", "orders", "--yes");

        Assert.Equal("pgpubsub: The topic 'orders' was dropped.", await tail.SaidAsync());
        Assert.Equal(4, await tail.EndAsync());
    }

    [Fact]
    public async Task It_goes_on_when_the_server_has_ended_its_sessions()
    {
        await TopicAsync(events: 1);
        using var tail = Start("tail", "orders", "--from", "0", "--json", "--connection", Server + ";Application Name=" + Schema);
        Assert.Equal([0], (await tail.DocumentsAsync(1)).Select(Offset));

        await SqlAsync($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE '%{Schema}%'");
        await DoAsync("publish", "orders", "1");

        Assert.Equal([1], (await tail.DocumentsAsync(1)).Select(Offset));
    }

    [Theory]
    [InlineData(0, 3, "The log ends at offset 3 now, not at 5: a failover has taken back the rest.")]
    [InlineData(0, 0, "The log ends at offset 0 now, not at 5: a failover has taken back the rest.")]
    [InlineData(4, 3, "The log ends at offset 3: a failover has taken back what was read from there on.")]
    public async Task One_that_does_not_follow_ends_with_a_log_that_a_failover_has_shortened(long from, int left, string said)
    {
        var topic = await TopicAsync(events: left);
        List<string> heard = [];
        var offsets = new List<long>();

        var follower = new LogFollower(Store.Log, "orders", new TopicState(topic, 0, 5), heard.Add); // as it was found before
        await foreach (var page in follower.PagesAsync(StartFrom.Offset(from), follow: false, new CancellationTokenSource(TimeSpan.FromSeconds(10)).Token))
            offsets.AddRange(page.Select(stored => stored.Offset));

        Assert.Equal(Enumerable.Range((int)from, Math.Max(0, left - (int)from)).Select(offset => (long)offset), offsets);
        Assert.Equal([said], heard);
    }

    [Theory]
    [InlineData(4, "There is no topic 'none'.", "none")]
    [InlineData(2, "--from must be earliest, latest, an offset from 0, or a time such as 2026-11-29T05:00:00Z.", "orders", "--from", "soon")]
    [InlineData(2, "--limit must be at least 1.", "orders", "--limit", "0")]
    [InlineData(2, "--header must be name=value, each name once.", "orders", "--header", "h")]
    [InlineData(2, "The filter's type is empty.", "orders", "--type", "")]
    public async Task What_is_wrong_is_told(int exitCode, string said, params string[] arguments)
    {
        await TopicAsync();

        var run = await RunAsync(["tail", .. arguments]);

        Assert.Equal((exitCode, "pgpubsub: " + said), (run.ExitCode, run.Error));
    }

    private static long Offset(JsonElement document) => document.GetProperty("offset").GetInt64();

    private async Task<IEnumerable<long>> OffsetsAsync(params string[] filter) => (await DoAsync(["tail", "orders", "--from", "0", "--no-follow", "--json", .. filter])).JsonLines.Select(Offset);

    private async Task<IReadOnlyList<(Guid, string, string?, string, string?, string?)>> AllAsync(TopicId topic)
    {
        var all = new List<StoredEvent>();
        while (await Store.Log.ReadAsync(topic, all.Count, 1_000, long.MaxValue, CancellationToken.None) is { Count: > 0 } page)
            all.AddRange(page);
        return [.. all.Select(one => (one.Id, one.Type, one.Key, Convert.ToHexString(one.Data.Span), one.ContentType, one.Headers is { } headers ? JsonElement.Parse(Encoding.UTF8.GetString(headers.Span)).GetProperty("h").GetString() : null))];
    }
}
