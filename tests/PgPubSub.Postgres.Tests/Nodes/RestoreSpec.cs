using Npgsql;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.Nodes;

/// <summary>A copy of the database, as a backup of one moment is: what docs/operations.md says of a restore.</summary>
public sealed class RestoreSpec : StoreSpec
{
    private string Original => Schema + "_original";

    private string Restored => Schema + "_restored";

    public override async Task DisposeAsync()
    {
        await Direct.RunAsync($"DROP DATABASE IF EXISTS {Original} WITH (FORCE)");
        await Direct.RunAsync($"DROP DATABASE IF EXISTS {Restored} WITH (FORCE)");
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Groups_go_on_where_they_stood_at_that_moment_and_what_was_out_comes_again()
    {
        await Direct.RunAsync($"CREATE DATABASE {Original}");
        Guid before;
        await using (var original = OpenIn(Original))
        {
            var topic = (await original.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Id;
            await original.Log.AppendAsync(topic, 0, Events.Many(6));
            var group = (await original.Subscriptions.EnsureGroupAsync(topic, "billing", Core.Subscriptions.StartFrom.Earliest, Core.Subscriptions.GroupRules.Default, change: true, CancellationToken.None)).Key;
            before = await NodeAsync(original);
            var page = await original.ClaimAsync(group, before, most: 4);
            Assert.True(await original.SettleAsync(group, before, page.Acked(0, 1)));
        }

        await Direct.RunAsync($"CREATE DATABASE {Restored} TEMPLATE {Original}"); // the backup; nobody is connected
        await using (var original = OpenIn(Original))
        {
            // What happens after it is not in it.
            var topic = (await original.Log.FindTopicAsync("orders", CancellationToken.None))!.Value.Id;
            await original.Log.AppendAsync(topic, 6, Events.Many(3));
        }

        await using var restored = OpenIn(Restored);
        var there = (await restored.Log.FindTopicAsync("orders", CancellationToken.None))!.Value;
        var billing = (await restored.Subscriptions.FindGroupAsync("orders", "billing", CancellationToken.None))!.Value;
        Assert.Equal(6, there.Tail);
        var node = await NodeAsync(restored);
        Assert.True(await restored.Nodes.TakeOverAsync(Assert.Single(await restored.Nodes.WatchAsync(node, CancellationToken.None), other => other.Id == before)));
        Assert.Equal([2, 3], (await restored.ClaimRetriesAsync(billing, node)).Select(retry => retry.Event.Offset).Order());
        var rest = await restored.ClaimAsync(billing, node, most: 10);
        Assert.Equal((4, 6), (rest.Lo, rest.Hi));
        Assert.Equal(6, (await restored.Log.AppendAsync(there.Id, 6, Events.Many(1))).First);
        Assert.DoesNotContain((await restored.VerifyAsync()).Findings, finding => finding.Topic is not null);
    }

    private PostgresStore OpenIn(string database) => new(new PostgresStoreOptions
    {
        ConnectionString = new NpgsqlConnectionStringBuilder(Server) { Database = database }.ConnectionString, Schema = Schema,
    });
}
