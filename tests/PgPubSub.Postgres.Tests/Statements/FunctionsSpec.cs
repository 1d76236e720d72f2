using PgPubSub.Core.Topics;
using System.Globalization;
using Npgsql;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Statements;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.Statements;

/// <summary>What all functions and tables keep to.</summary>
public sealed class FunctionsSpec : StoreSpec
{
    private static readonly string[] Writing =
    [
        Sql.EnsureTopic, Sql.Append, Sql.AppendMany, Sql.EnsureGroup, Sql.Seek, Sql.Locate, Sql.Claim, Sql.ClaimRetries, Sql.SettleWhole, Sql.Settle, Sql.SettleRetries,
        Sql.BuryPrivate, Sql.TakeOver, Sql.Depart, Sql.RaiseFloor, Sql.Sweep, Sql.ReturnOrphans, Sql.Pause, Sql.DropGroup, Sql.EnsurePattern, Sql.DropPattern,
        Sql.ClearTopic, Sql.DropTopic, Sql.SweepDropped, Sql.Expire, Sql.Redrive, Sql.Purge, Sql.TakeDuty, Sql.Mark,
    ];

    [Theory]
    [InlineData("REPEATABLE READ")]
    [InlineData("SERIALIZABLE")]
    public async Task Functions_that_write_refuse_an_isolation_level_that_would_deceive_them(string level)
    {
        await Store.MigrateAsync();
        var sql = new SqlCatalog(Schema);
        await using var connection = await Direct.OpenAsync();
        foreach (var name in Writing)
        {
            await Direct.RunAsync(connection, $"BEGIN ISOLATION LEVEL {level}");
            await Direct.RunAsync(connection, $"PREPARE a_{name} AS {sql[name]}");
            var parameters = await Direct.ScalarAsync<int>(connection, $"SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'a_{name}'");
            var nulls = string.Join(", ", Enumerable.Repeat("NULL", parameters));

            var refused = await Record.ExceptionAsync(() => Direct.RunAsync(connection, $"EXECUTE a_{name} ({nulls})"));

            Assert.Equal((name, "PS002"), (name, (refused as PostgresException)?.SqlState));
            await Direct.RunAsync(connection, "ROLLBACK");
        }
    }

    [Fact]
    public async Task No_function_notifies_and_all_fix_their_search_path()
    {
        await Store.MigrateAsync();

        Assert.Empty(await FunctionsAsync("prosrc ILIKE '%notify%'"));
        // An immutable one names no object, and can be inlined only without settings.
        Assert.Empty(await FunctionsAsync("provolatile <> 'i' AND NOT 'search_path=pg_catalog' = ANY (coalesce(proconfig, '{}'))"));
        Assert.Empty(await FunctionsAsync("prosecdef"));
        Assert.True((await FunctionsAsync("true")).Count > 15);
    }

    [Fact]
    public async Task Constraints_and_indexes_bear_names_that_were_chosen()
    {
        await Store.MigrateAsync();

        Assert.Empty(await Direct.ListAsync<string>($"SELECT conname::text FROM pg_constraint WHERE connamespace = '{Schema}'::regnamespace AND conname ~ '_(pkey|key|fkey|check\\d*)$'"));
        Assert.Empty(await Direct.ListAsync<string>($"SELECT conname::text FROM pg_constraint WHERE connamespace = '{Schema}'::regnamespace AND contype = 'f'"));
        Assert.Empty(await Direct.ListAsync<string>($"SELECT indexname::text FROM pg_indexes WHERE schemaname = '{Schema}' AND indexname ~ '_idx\\d*$'"));
    }

    [Fact]
    public async Task The_longest_schema_name_works_and_cuts_no_identifier_and_nothing_outside_it_is_touched()
    {
        var name = ("s" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)).PadRight(48, 'x');
        await using var inside = new Sessions(Server, name);
        var before = await OutsideAsync(name);
        await using (var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = Server, Schema = name }))
        {
            var topic = (await store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Id;
            await store.Log.AppendAsync(topic, 0, Events.Many(3));
            var group = (await store.Subscriptions.EnsureGroupAsync(topic, "billing", StartFrom.Earliest, GroupRules.Default, change: true, CancellationToken.None)).Key;
            var node = await NodeAsync(store);
            await using var line = await ListenAsync(store, node);
            var page = await store.ClaimAsync(group, node);
            Assert.True(await store.SettleAsync(group, node, page.Whole()));
            await store.Wakeups.NotifyAsync([new(topic, 3)]);
            Assert.Equal([new(topic, 3)], await line.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None));
        }

        Assert.Equal(before, await OutsideAsync(name));
        Assert.InRange(SqlCatalog.ChannelOf(name).Length, 1, 63);
        Assert.Equal(0, await Direct.ScalarAsync<long>(
            $"SELECT count(*) FROM (SELECT relname AS n FROM pg_class WHERE relnamespace = '{name}'::regnamespace UNION SELECT proname FROM pg_proc WHERE pronamespace = '{name}'::regnamespace) x WHERE length(n) >= 63"));
        await inside.RunAsync("DROP SCHEMA pgpubsub CASCADE");
    }

    [Fact]
    public async Task A_topic_that_is_not_there_is_told_as_gone()
    {
        var gone = await Assert.ThrowsAsync<StoreException>(() => Store.Log.AppendAsync(new Core.Topics.TopicId(9_999), 0, Events.Many(1)));

        Assert.Equal(FaultKind.Gone, gone.Kind);
    }

    private Task<IReadOnlyList<string>> FunctionsAsync(string condition) =>
        Direct.ListAsync<string>($"SELECT proname::text FROM pg_proc WHERE pronamespace = '{Schema}'::regnamespace AND {condition}");

    // Objects of schemas that no spec makes.
    private Task<string> OutsideAsync(string name) => Direct.ScalarAsync<string>($"""
        SELECT concat((SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname = 'public')),
          (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_proc WHERE pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'pg_catalog'))),
          (SELECT count(*) FROM pg_class WHERE relnamespace = '{Schema}'::regnamespace))
        """.Replace($"'{Schema}'::regnamespace", $"(SELECT oid FROM pg_namespace WHERE nspname = '{Schema}')", StringComparison.Ordinal) + $" -- {name}");
}
