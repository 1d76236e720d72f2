using PgPubSub.Core.Topics;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.Schema;

/// <summary>Roles that may not CREATE.</summary>
public sealed class PrivilegesSpec : StoreSpec
{
    private string Role => Schema + "_role";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Direct.RunAsync($"CREATE ROLE {Role} LOGIN PASSWORD 'secret'");
    }

    public override async Task DisposeAsync()
    {
        await Direct.RunAsync($"DROP OWNED BY {Role}; DROP ROLE {Role}");
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_role_without_create_hears_what_is_missing_and_what_to_call()
    {
        var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAsRole().MigrateAsync());

        Assert.Equal(FaultKind.Schema, refused.Kind);
        Assert.Contains("core/1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("may not CREATE", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_alone_are_enough_for_the_whole_work_of_a_migrated_schema()
    {
        await Store.MigrateAsync();
        await Direct.RunAsync($"GRANT USAGE ON SCHEMA pgpubsub TO {Role}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgpubsub TO {Role}");
        var store = OpenAsRole();

        var topic = (await store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Id;
        await store.Log.AppendAsync(topic, 0, Events.Many(3));
        var group = (await store.Subscriptions.EnsureGroupAsync(topic, "billing", StartFrom.Earliest, GroupRules.Default, change: true, CancellationToken.None)).Key;
        var node = await NodeAsync(store);
        var page = await store.ClaimAsync(group, node);
        Assert.True(await store.SettleAsync(group, node, page.Failed(Claims.Nack(0), Claims.Bury(1)) with { Acked = [2] }));
        Assert.True(await store.SettleAsync(group, node, Assert.Single(await store.ClaimRetriesAsync(group, node))));
        await using var line = await ListenAsync(store, node);
        Assert.True(line.KeepsLock);
        Assert.Equal(0, await store.TrimAsync(topic, keep: 0));
        await store.Nodes.DepartAsync(node);
    }

    [Fact]
    public async Task A_role_that_may_not_read_the_schema_hears_it()
    {
        await Store.MigrateAsync();

        var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAsRole().Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None));

        Assert.Equal(FaultKind.Schema, refused.Kind);
        Assert.Contains("privilege", refused.Message, StringComparison.Ordinal);
    }

    private PostgresStore OpenAsRole() => Open(o => o.ConnectionString = With(c => (c.Username, c.Password) = (Role, "secret")));
}
