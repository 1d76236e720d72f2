using System.Text.Json;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Tests.Consuming;

public sealed class ConsumeSpec : CliSpec
{
    [Fact]
    public async Task It_prints_and_acks_what_is_there_and_leaves_nothing_behind()
    {
        var group = await GroupAsync(await TopicAsync(events: 250));

        var documents = (await DoAsync("consume", "orders", "billing", "--no-follow", "--json")).JsonLines;

        Assert.Equal(Enumerable.Range(0, 250).Select(i => (long)i), documents.Select(Offset));
        Assert.Equal(("billing", 1, """{"secret":"payload-0"}"""), (documents[0].GetProperty("group").GetString(), Attempt(documents[0]), documents[0].GetProperty("data").GetRawText()));
        await AllSettledAsync(group, position: 250);
        Assert.Equal("0", await SqlAsync($"SELECT count(*) FROM {Schema}.node"));
        Assert.Empty((await DoAsync("consume", "orders", "billing", "--no-follow")).Lines);
    }

    [Fact]
    public async Task A_group_is_made_only_when_it_is_said_to_be_meant_and_begins_where_it_is_told()
    {
        await TopicAsync(events: 5);
        var run = await RunAsync("consume", "orders", "billing");
        Assert.Equal((4, "pgpubsub: The topic 'orders' has no group 'billing'."), (run.ExitCode, run.Error));

        Assert.Equal([3, 4], (await DoAsync("consume", "orders", "billing", "--create", "--from", "3", "--no-follow", "--json")).JsonLines.Select(Offset));
        Assert.Equal([0, 1, 2, 3, 4], (await DoAsync("consume", "orders", "audit", "--create", "--no-follow", "--json")).JsonLines.Select(Offset));
    }

    [Fact]
    public async Task With_a_limit_it_takes_no_more_than_that()
    {
        await GroupAsync(await TopicAsync(events: 5));

        Assert.Equal([0, 1], (await DoAsync("consume", "orders", "billing", "--limit", "2", "--json")).JsonLines.Select(Offset));
        Assert.Equal([2, 3, 4], (await DoAsync("consume", "orders", "billing", "--no-follow", "--batch", "1", "--json")).JsonLines.Select(Offset));
    }

    [Fact]
    public async Task It_waits_for_what_comes_and_a_signal_ends_it_with_everything_settled()
    {
        var group = await GroupAsync(await TopicAsync());
        using var member = Start("consume", "orders", "billing", "--json");
        for (var i = 0; i < 3; i++)
        {
            await DoAsync("publish", "orders", $"{i}");
            Assert.Equal([i], (await member.DocumentsAsync(1)).Select(Offset));
        }

        await member.SignalAsync("TERM");

        Assert.Equal(130, await member.EndAsync());
        await AllSettledAsync(group, position: 3);
        Assert.Equal("0", await SqlAsync($"SELECT count(*) FROM {Schema}.node"));
    }

    [Fact]
    public async Task What_a_member_that_is_killed_held_goes_to_another()
    {
        var group = await GroupAsync(await TopicAsync());
        using var victim = Start("consume", "orders", "billing", "--json");
        await DoAsync("publish", "orders", "0");
        Assert.Equal([0], (await victim.DocumentsAsync(1)).Select(Offset));

        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Assert.Single(await Store.Subscriptions.ListGroupsAsync("orders", "billing", late.Token)) is not { Position: 1, InFlight: 0 })
            late.Token.ThrowIfCancellationRequested();

        // It freezes and gets a claim whose answer it never sees, as a process does that is about to die.
        await victim.SignalAsync("STOP");
        await FeedAsync("1\n2\n3\n", "publish", "orders");
        var node = Guid.Parse(await SqlAsync($"SELECT id FROM {Schema}.node"));
        Assert.Equal(3, (await Store.Deliveries.ClaimAsync(new ClaimRequest(group, node, Guid.CreateVersion7(), 5, long.MaxValue, 1, 0))).Events.Count);
        await victim.SignalAsync("KILL");
        using var survivor = Start("consume", "orders", "billing", "--json");

        var documents = await survivor.DocumentsAsync(3);
        Assert.Equal([1, 2, 3], documents.Select(Offset).Order());
        Assert.All(documents, document => Assert.Equal(2, Attempt(document)));
        Assert.Contains("is dead; what it held goes to others.", await survivor.SaidAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_failed_before_comes_again_with_its_attempt()
    {
        var topic = await TopicAsync(events: 3);
        var group = await GroupAsync(topic);
        var (node, token) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await Store.Nodes.RegisterAsync(node, "another", CancellationToken.None);
        var page = await Store.Deliveries.ClaimAsync(new ClaimRequest(group, node, token, 3, long.MaxValue, 1, 0));
        await Store.Deliveries.SettleAsync(group, node, [new LeaseSettlement(page.Generation, page.Lo, page.Hi, token, Whole: false, [0, 2], [new Failure(1, 1, TimeSpan.Zero, "no", Bury: false)])], []);

        var document = Assert.Single((await DoAsync("consume", "orders", "billing", "--no-follow", "--json")).JsonLines);
        Assert.Equal((1, 2), (Offset(document), Attempt(document)));
        await AllSettledAsync(group, position: 3);
    }

    [Fact]
    public async Task What_the_group_s_filter_does_not_want_is_settled_and_not_printed()
    {
        var topic = await TopicAsync(events: 2);
        await DoAsync("publish", "orders", "1", "--type", "wanted");
        var group = (await Store.Subscriptions.EnsureGroupAsync(topic, "billing", StartFrom.Earliest, GroupRules.Default with { Filter = EventFilter.OfTypes("wanted") }, change: true, CancellationToken.None)).Key;

        Assert.Equal([2], (await DoAsync("consume", "orders", "billing", "--no-follow", "--json")).JsonLines.Select(Offset));
        await AllSettledAsync(group, position: 3);
    }

    [Fact]
    public async Task A_pause_a_seek_and_a_drop_hold_for_it_while_it_works()
    {
        await GroupAsync(await TopicAsync(events: 2));
        using var member = Start("consume", "orders", "billing", "--json");
        Assert.Equal([0, 1], (await member.DocumentsAsync(2)).Select(Offset));

        await DoAsync("pause", "orders", "billing");
        await DoAsync("publish", "orders", "2");
        await DoAsync("seek", "orders", "billing", "--to", "1", "--yes");
        Assert.Equal(1, Assert.Single(await Store.Subscriptions.ListGroupsAsync("orders", "billing", CancellationToken.None)).Position);
        await DoAsync("resume", "orders", "billing");
        Assert.Equal([1, 2], (await member.DocumentsAsync(2)).Select(Offset));

        await DoAsync("drop", "group", "orders", "billing", "--yes");
        Assert.Equal("pgpubsub: The group was dropped.", await member.SaidAsync());
        Assert.Equal(4, await member.EndAsync());
    }

    [Fact]
    public async Task What_its_reader_did_not_take_is_not_acked()
    {
        var group = await GroupAsync(await TopicAsync(events: 3));
        using var member = Start("consume", "orders", "billing", "--json");
        member.CloseOutput();

        Assert.Equal(0, await member.EndAsync());

        var status = Assert.Single(await Store.Subscriptions.ListGroupsAsync("orders", "billing", CancellationToken.None));
        Assert.Equal(3, status.Lag + status.Retrying + status.InFlight);
        Assert.Equal(0, status.InFlight);
        Assert.Equal(group, status.Key);
    }

    [Fact]
    public async Task It_goes_on_when_the_server_has_ended_its_sessions()
    {
        await GroupAsync(await TopicAsync(events: 1));
        using var member = Start("consume", "orders", "billing", "--json", "--connection", Server + ";Application Name=" + Schema);
        Assert.Equal([0], (await member.DocumentsAsync(1)).Select(Offset));

        await SqlAsync($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE '%{Schema}%'");
        await DoAsync("publish", "orders", "1");

        Assert.Equal([1], (await member.DocumentsAsync(1)).Select(Offset));
    }

    [Theory]
    [InlineData(4, "There is no topic 'none'.", "none", "g")]
    [InlineData(4, "There is no topic 'none'.", "none", "g", "--create")]
    [InlineData(2, "The group is empty.", "orders", "", "--create")]
    [InlineData(2, "--from says where a group that is made begins: it needs --create.", "orders", "g", "--from", "0")]
    [InlineData(2, "--limit must be at least 1.", "orders", "g", "--limit", "0")]
    [InlineData(2, "--batch must be between 1 and 1000.", "orders", "g", "--batch", "1001")]
    public async Task What_is_wrong_is_told(int exitCode, string said, params string[] arguments)
    {
        await TopicAsync();

        var run = await RunAsync(["consume", .. arguments]);

        Assert.Equal((exitCode, "pgpubsub: " + said), (run.ExitCode, run.Error));
    }

    private static long Offset(JsonElement document) => document.GetProperty("offset").GetInt64();

    private static int Attempt(JsonElement document) => document.GetProperty("attempt").GetInt32();

    private async Task AllSettledAsync(GroupKey group, long position)
    {
        var status = Assert.Single(await Store.Subscriptions.ListGroupsAsync("orders", "billing", CancellationToken.None));
        Assert.Equal((group, position, 0L, 0L, 0L), (status.Key, status.Position, status.InFlight, status.Retrying, status.Dead));
    }
}
