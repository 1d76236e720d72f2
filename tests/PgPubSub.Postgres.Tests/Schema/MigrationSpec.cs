using PgPubSub.Core.Topics;
using PgPubSub.Core.Faults;

namespace PgPubSub.Postgres.Tests.Schema;

/// <summary>How a schema comes to be, and what is refused.</summary>
public sealed class MigrationSpec : StoreSpec
{
    private const string EveryVersion = "core/1, core/2, core/3, core/4, core/5, core/6, core/7, core/8, core/9, core/10, core/11, core/12, core/13, core/14, core/15, core/16, core/17";

    [Fact]
    public async Task Nothing_is_made_before_the_first_call()
    {
        Assert.False(await SchemaThereAsync());

        await TopicAsync();

        Assert.True(await SchemaThereAsync());
    }

    [Fact]
    public async Task It_can_be_migrated_explicitly_and_again()
    {
        await Store.MigrateAsync();
        await Store.MigrateAsync();

        await using var checking = Open(o => o.AutoMigrate = false);
        Assert.Equal(0, (await checking.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Tail);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17], await Direct.ListAsync<int>("SELECT version FROM pgpubsub.migration WHERE line = 'core' ORDER BY version"));
    }

    [Fact]
    public async Task Without_AutoMigrate_what_is_missing_is_named_and_nothing_is_made()
    {
        var checking = Open(o => o.AutoMigrate = false);

        var refused = await RefusedAsync(checking);

        Assert.Contains($"lacks {EveryVersion}:", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MigrateAsync", refused.Message, StringComparison.Ordinal);
        Assert.False(await SchemaThereAsync());
    }

    [Fact]
    public async Task A_version_that_is_missing_alone_is_named_alone()
    {
        await Store.MigrateAsync();
        await Direct.RunAsync("DELETE FROM pgpubsub.migration WHERE version = 17");

        Assert.Contains("lacks core/17:", (await RefusedAsync(Open(o => o.AutoMigrate = false))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_nodes_at_once_migrate_once()
    {
        var nodes = Enumerable.Range(0, 8).Select(_ => Open()).ToList();

        await Task.WhenAll(nodes.Select(n => n.MigrateAsync()));
        var topics = await Task.WhenAll(nodes.Select(n => n.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)));

        Assert.Single(topics.Distinct());
        Assert.Equal(17, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.migration"));
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_behind_and_the_next_call_tries_again()
    {
        // A table of somebody else stands where ours belongs.
        await Direct.RunAsync("CREATE SCHEMA pgpubsub");
        await Direct.RunAsync("CREATE TABLE pgpubsub.retry (id int)");

        Assert.Equal(FaultKind.Schema, (await RefusedAsync(Store)).Kind);
        Assert.Equal(["retry"], await Direct.ListAsync<string>("SELECT tablename::text FROM pg_tables WHERE schemaname = '" + Schema + "'"));

        await Direct.RunAsync("DROP TABLE pgpubsub.retry");
        Assert.Equal(0, (await Store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Tail);
    }

    [Fact]
    public async Task A_step_that_was_applied_from_another_text_is_refused()
    {
        await Store.MigrateAsync();
        await Direct.RunAsync("UPDATE pgpubsub.migration SET checksum = 'other' WHERE version = 2");

        foreach (var auto in new[] { true, false })
        {
            var refused = await RefusedAsync(Open(o => o.AutoMigrate = auto));
            Assert.Equal(FaultKind.Schema, refused.Kind);
            Assert.Contains("core/2", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_newer_schema_that_is_marked_breaking_is_refused()
    {
        await NewerAsync(breaking: true);

        foreach (var auto in new[] { true, false })
        {
            var refused = await RefusedAsync(Open(o => o.AutoMigrate = auto));
            Assert.Equal(FaultKind.Schema, refused.Kind);
            Assert.Contains("core/99", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_newer_schema_that_is_not_marked_is_accepted()
    {
        await NewerAsync(breaking: false);

        Assert.Equal(0, (await Open().Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Tail);
        Assert.Equal(0, (await Open(o => o.AutoMigrate = false).Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Tail);
    }

    [Fact]
    public async Task Another_line_in_the_same_schema_is_nobodys_business()
    {
        await Store.MigrateAsync();
        await Direct.RunAsync("INSERT INTO pgpubsub.migration (line, version, name, checksum, breaking) VALUES ('queues', 9, 'x', 'x', true)");

        await Open().MigrateAsync();
    }

    private async Task NewerAsync(bool breaking)
    {
        await Store.MigrateAsync();
        await Direct.RunAsync($"INSERT INTO pgpubsub.migration (line, version, name, checksum, breaking) VALUES ('core', 99, 'x', 'x', {breaking})");
    }

    private static Task<StoreException> RefusedAsync(PostgresStore store) =>
        Assert.ThrowsAsync<StoreException>(() => store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None));

    private Task<bool> SchemaThereAsync() => Direct.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = '{Schema}')");
}
