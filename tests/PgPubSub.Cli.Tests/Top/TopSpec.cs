using System.Diagnostics;
using System.Text.Json;
using PgPubSub.Cli.Tests.Runs;
using PgPubSub.Core.Stores;
using PgPubSub.Proxies;

namespace PgPubSub.Cli.Tests.Top;

/// <summary>What <c>top</c> tells scripts; see TopScreenSpec for what people see.</summary>
public sealed class TopSpec : CliSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Each_look_is_a_document_and_the_first_has_no_rates()
    {
        var (topic, node) = (await TopicAsync(events: 10), Guid.CreateVersion7());
        var group = await GroupAsync(topic);
        await Store.Nodes.RegisterAsync(node, "shop-1", CancellationToken.None);
        await Store.Deliveries.ClaimAsync(new ClaimRequest(group, node, Guid.CreateVersion7(), 4, 1_000_000, 1, 0));

        var looks = (await DoAsync("top", "--json", "--count", "2")).JsonLines;

        Assert.Equal(2, looks.Count);
        Assert.All(looks, look => Assert.Equal(["elapsed_seconds", "topics", "groups", "nodes", "error"], look.EnumerateObject().Select(one => one.Name)));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (looks[0].GetProperty("elapsed_seconds").ValueKind, looks[0].GetProperty("topics")[0].GetProperty("published_per_second").ValueKind));
        Assert.InRange(looks[1].GetProperty("elapsed_seconds").GetDouble(), 0.5, 60);
        Assert.Equal(
            """{"topic":"orders","events":10,"floor":0,"tail":10,"published_per_second":0,"dead_letters":0}""", Assert.Single(looks[1].GetProperty("topics").EnumerateArray()).GetRawText());
        var told = Assert.Single(looks[1].GetProperty("groups").EnumerateArray());
        Assert.Equal((4, 6, 4, 0), (Number(told, "position"), Number(told, "lag"), Number(told, "in_flight"), Number(told, "handled_per_second")));
        Assert.Equal((node, true), (looks[1].GetProperty("nodes")[0].GetProperty("id").GetGuid(), looks[1].GetProperty("nodes")[0].GetProperty("holds_leases").GetBoolean()));
    }

    [Fact]
    public async Task A_script_is_told_that_the_database_is_away_and_gets_rates_when_it_is_back()
    {
        var topic = await TopicAsync(events: 10);
        await using var first = new TcpProxy(Server);
        var port = first.Port;
        using var top = Start("top", "--json", "--connection", first.ConnectionString);
        Assert.Equal(JsonValueKind.Null, (await LookAsync(top)).GetProperty("error").ValueKind);

        await first.DisposeAsync();
        var away = await LookAsync(top, look => look.GetProperty("error").ValueKind is JsonValueKind.String);
        Assert.Contains("PostgreSQL", away.GetProperty("error").GetString()!, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, away.GetProperty("topics").ValueKind);

        await AppendAsync(topic, 90, 10);
        await using var second = new TcpProxy(Server, port);
        var back = await LookAsync(top, look => look.GetProperty("error").ValueKind is JsonValueKind.Null && Number(look.GetProperty("topics")[0], "tail") == 100);
        Assert.InRange(back.GetProperty("topics")[0].GetProperty("published_per_second").GetDouble(), 0.1, 90);

        await top.SignalAsync("INT");
        Assert.Equal((0, ""), (await top.EndAsync(), await top.RestAsync()));
    }

    [Theory]
    [InlineData("top draws on a terminal, and there is none here: say --json.", "top")]
    [InlineData("--interval must be between 1s and 1h.", "top", "--json", "--interval", "0s")]
    [InlineData("--interval must be between 1s and 1h.", "top", "--json", "--interval", "61m")]
    [InlineData("--interval must be a duration such as 30s, 15m, 12h or 7d.", "top", "--json", "--interval", "1")]
    [InlineData("--count must be at least 1.", "top", "--json", "--count", "0")]
    public async Task What_can_t_be_is_refused(string said, params string[] arguments)
    {
        var run = await CliRun.StartAsync(new Dictionary<string, string>(), arguments);

        Assert.Equal((2, "pgpubsub: " + said, ""), (run.ExitCode, run.Error, run.Output));
    }

    private static async Task<JsonElement> LookAsync(RunningCli top, Func<JsonElement, bool>? wanted = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var look = JsonElement.Parse(await top.LineAsync());
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, $"It never came to that; at last: {look}");
            if (wanted?.Invoke(look) ?? true)
                return look;
        }
    }

    private static long Number(JsonElement document, string name) => document.GetProperty(name).GetInt64();
}
