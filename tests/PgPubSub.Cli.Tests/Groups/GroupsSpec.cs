using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Tests.Groups;

public sealed class GroupsSpec : CliSpec
{
    [Fact]
    public async Task Groups_are_listed_with_what_they_have_behind_out_and_buried()
    {
        var topic = await TopicAsync(events: 10);
        var (group, node) = (await GroupAsync(topic), Guid.CreateVersion7());
        await GroupAsync(topic, "audit");
        await Store.Nodes.RegisterAsync(node, "a node", CancellationToken.None);
        var page = await Store.Deliveries.ClaimAsync(new ClaimRequest(group, node, Guid.CreateVersion7(), 6, 1_000_000, 1, 0));
        Failure[] failed = [new(1, 1, TimeSpan.FromHours(1), "later", Bury: false), new(2, 5, TimeSpan.Zero, "never", Bury: true)];
        await Store.Deliveries.SettleAsync(group, node, [new LeaseSettlement(page.Generation, page.Lo, page.Hi, page.Token, Whole: false, [0], failed)], []);

        var lines = (await DoAsync("groups", "--json")).JsonLines;

        Assert.Equal(["audit", "billing"], lines.Select(line => line.GetProperty("group").GetString()));
        Assert.Equal(
            [6, 10, 4, 3, 1, 1],
            new[] { "position", "tail", "lag", "in_flight", "retrying", "dead" }.Select(name => lines[1].GetProperty(name).GetInt64()));
        Assert.True(lines[1].GetProperty("lag_age_seconds").GetDouble() >= 0);
        Assert.Single((await DoAsync("groups", "--topic", "orders", "--group", "audit", "--json")).JsonLines);
        var people = (await DoAsync("groups", "--group", "billing")).Lines;
        Assert.Matches("^topic +group +position +lag +waiting +in flight +retrying +dead +paused$", people[0]);
        Assert.Matches(@"^orders +billing +6 +4 +\S.* +3 +1 +1 +no$", people[1]);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("earliest", 0)]
    [InlineData("latest", 10)]
    [InlineData("2001-01-01", 0)]
    [InlineData("2999-01-01T00:00:00+01:00", 10)]
    public async Task A_group_is_moved(string to, long position)
    {
        var group = await GroupAsync(await TopicAsync(events: 10));
        await Store.Subscriptions.SeekAsync(group, StartFrom.Offset(5));

        Assert.Equal(2, (await RunAsync("seek", "orders", "billing", "--to", to)).ExitCode);
        Assert.Equal(5, (await Store.Subscriptions.ReadGroupAsync(group, CancellationToken.None))!.Position);

        var sought = (await DoAsync("seek", "orders", "billing", "--to", to, "--yes", "--json")).Json;
        Assert.Equal(position, sought.GetProperty("position").GetInt64());
        Assert.Equal(position, (await Store.Subscriptions.ReadGroupAsync(group, CancellationToken.None))!.Position);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("yesterday")]
    [InlineData("2026-13-01")]
    public async Task A_place_that_is_none_is_refused(string to)
    {
        var run = await RunAsync("seek", "orders", "billing", "--to", to, "--yes");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--to must be earliest, latest, an offset from 0, or a time", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_is_paused_and_goes_on()
    {
        var group = await GroupAsync(await TopicAsync());

        Assert.True((await DoAsync("pause", "orders", "billing", "--json")).Json.GetProperty("paused").GetBoolean());
        Assert.True((await Store.Subscriptions.ReadGroupAsync(group, CancellationToken.None))!.Paused);
        Assert.False((await DoAsync("resume", "orders", "billing", "--json")).Json.GetProperty("paused").GetBoolean());
        Assert.False((await Store.Subscriptions.ReadGroupAsync(group, CancellationToken.None))!.Paused);
    }

    [Fact]
    public async Task A_group_is_dropped_when_it_is_said_to_be_meant()
    {
        await GroupAsync(await TopicAsync());

        Assert.Equal(2, (await RunAsync("drop", "group", "orders", "billing")).ExitCode);
        Assert.NotNull(await Store.Subscriptions.FindGroupAsync("orders", "billing", CancellationToken.None));

        Assert.True((await DoAsync("drop", "group", "orders", "billing", "--yes", "--json")).Json.GetProperty("dropped").GetBoolean());
        Assert.Null(await Store.Subscriptions.FindGroupAsync("orders", "billing", CancellationToken.None));
    }

    [Fact]
    public async Task A_pattern_group_is_dropped_at_every_topic()
    {
        await TopicAsync("orders.eu");
        await Store.Subscriptions.EnsurePatternAsync(
            new PatternGroup(TopicPattern.Parse("orders.*"), "billing"), StartFrom.Earliest, GroupRules.Default, change: true, CancellationToken.None);

        Assert.True((await DoAsync("drop", "pattern", "orders.*", "billing", "--yes", "--json")).Json.GetProperty("dropped").GetBoolean());

        Assert.Null(await Store.Subscriptions.FindGroupAsync("orders.eu", "billing", CancellationToken.None));
        Assert.Equal(4, (await RunAsync("drop", "pattern", "orders.*", "billing", "--yes")).ExitCode);
    }
}
