using System.Globalization;
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
        Assert.Matches($@"^\(gone\) +{gone} +- +none +yes$", people[1]);
        Assert.Matches($@"^shop-1 +{here} +[\d-]+ [\d:.]+Z +none +no$", people[2]);
    }
}
