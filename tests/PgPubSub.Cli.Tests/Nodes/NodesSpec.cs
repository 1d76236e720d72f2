using System.Globalization;
using System.Text.Json;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;

namespace PgPubSub.Cli.Tests.Nodes;

public sealed class NodesSpec : CliSpec
{
    [Fact]
    public async Task Nodes_are_listed_with_what_they_hold_and_those_that_are_gone_with_what_they_left()
    {
        await Store.MigrateAsync();
        Assert.Equal("There are no nodes.", Assert.Single((await DoAsync("nodes")).Lines));
        var (here, gone, group) = (Guid.CreateVersion7(), Guid.CreateVersion7(), await GroupAsync(await TopicAsync(events: 2)));
        await Store.Nodes.RegisterAsync(here, "shop-1", CancellationToken.None);
        await Store.Nodes.RegisterAsync(gone, "shop-2", CancellationToken.None);
        await Store.Deliveries.ClaimAsync(new ClaimRequest(group, gone, Guid.CreateVersion7(), 2, 1_000_000, 1, 0));
        await SqlAsync($"DELETE FROM {Schema}.node WHERE id = '{gone}'");

        var nodes = (await DoAsync("nodes", "--json")).JsonLines;

        Assert.Equal([(gone, false, true), (here, true, false)], nodes.Select(one => (one.GetProperty("id").GetGuid(), one.GetProperty("registered").GetBoolean(), one.GetProperty("holds_leases").GetBoolean())));
        var seen = nodes[1].GetProperty("seen_at").GetDateTimeOffset();
        Assert.Equal(await SqlAsync($"SELECT to_char(seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM {Schema}.node"), seen.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        var people = (await DoAsync("nodes")).Lines;
        Assert.Matches("^node +id +registered +last beat +lock +holds events +oldest$", people[0]);
        Assert.Matches($@"^\(gone\) +{gone} +- +- +none +yes +\d+\.\ds$", people[1]);
        Assert.Matches($@"^shop-1 +{here} +\d+\.\ds +[\d-]+ [\d:.]+Z +none +no +-$", people[2]);
    }

    [Fact]
    public async Task Ages_are_those_of_the_registration_the_beat_and_the_oldest_claim_and_none_where_a_number_does_not_tell()
    {
        var (now, group) = (DateTimeOffset.UtcNow, await GroupAsync(await TopicAsync(events: 4)));
        var (old, fast, other) = (Guid.CreateVersion7(now.AddHours(-5)), Guid.CreateVersion7(now.AddMinutes(10)), Guid.NewGuid());
        await Store.Nodes.RegisterAsync(old, "a", CancellationToken.None);
        await Store.Nodes.RegisterAsync(fast, "b", CancellationToken.None);
        await Store.Nodes.RegisterAsync(other, "c", CancellationToken.None);
        await ClaimAsync(old, Guid.CreateVersion7(now.AddMinutes(-1)));
        await ClaimAsync(old, Guid.CreateVersion7(now.AddMinutes(-4)));
        await ClaimAsync(fast, Guid.CreateVersion7(now.AddMinutes(10)));
        await ClaimAsync(other, Guid.NewGuid());
        await SqlAsync($"UPDATE {Schema}.node SET seen_at = seen_at - interval '90 seconds' WHERE id = '{old}'");

        var nodes = (await DoAsync("nodes", "--json")).JsonLines;

        Assert.Equal([true, true, true], nodes.Select(node => node.GetProperty("holds_leases").GetBoolean()));
        Assert.Equal(5 * 3_600, Seconds(nodes[0], "registered_seconds")!.Value, tolerance: 120);
        Assert.Equal(90, Seconds(nodes[0], "silent_seconds")!.Value, tolerance: 60);
        Assert.Equal(240, Seconds(nodes[0], "holding_seconds")!.Value, tolerance: 120);
        Assert.Equal((0, 0), (Seconds(nodes[1], "registered_seconds"), Seconds(nodes[1], "holding_seconds")));
        Assert.Equal((null, null), (Seconds(nodes[2], "registered_seconds"), Seconds(nodes[2], "holding_seconds")));

        Task<ClaimedPage> ClaimAsync(Guid node, Guid token) => Store.Deliveries.ClaimAsync(new ClaimRequest(group, node, token, 1, 1_000_000, 1, 0));
        static double? Seconds(JsonElement node, string name) => node.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;
    }
}
