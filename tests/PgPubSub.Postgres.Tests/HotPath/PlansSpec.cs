using Npgsql;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Statements;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.HotPath;

/// <summary>Whatever the statistics say, the hot path walks indexes; and it never walks what is dead.</summary>
public sealed class PlansSpec : StoreSpec
{
    private const int Backlog = 1_000_000;
    private const int Dead = 100_000;

    private TopicId _topic;
    private GroupKey _group;
    private Guid _node;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        (_topic, _node) = (await TopicAsync(), await NodeAsync());
        _group = await GroupAsync(_topic);
        foreach (var table in new[] { "event", "lease", "cursor", "retry" })
            await Direct.RunAsync($"ALTER TABLE pgpubsub.{table} SET (autovacuum_enabled = off)");
    }

    [Fact]
    public async Task With_a_deep_backlog_and_statistics_of_empty_or_full_tables_only_indexes_are_walked()
    {
        await AppendAsync(_topic, 10);
        await AnalyzeAsync();
        await FillAsync();
        await ExplainAsync();
        await AnalyzeAsync();
        await ExplainAsync();
        await WorkAsync();

        Assert.Equal([], await Direct.ListAsync<string>($"SELECT relname::text FROM pg_stat_user_tables WHERE schemaname = '{Schema}' AND relname IN ('event', 'lease', 'cursor') AND seq_scan > {await SeqScansOfSetUpAsync()}"));
    }

    [Fact]
    public async Task A_hundred_thousand_dead_rows_that_nobody_may_clean_up_cost_an_empty_claim_nothing()
    {
        await AppendAsync(_topic, 1);
        await Store.ClaimAsync(_group, _node);
        await AnalyzeAsync();
        await using var stranger = await Direct.OpenAsync();
        await Direct.RunAsync(stranger, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_xact_id()");
        var before = await BuffersAsync();

        await Direct.RunAsync($"""
            INSERT INTO pgpubsub.lease (topic, subscription, generation, lo, hi, token, node)
              SELECT {_topic.Value}, {_group.Subscription}, 1, -n, -n + 1, gen_random_uuid(), '{_node}' FROM generate_series(1, {Dead}) n;
            INSERT INTO pgpubsub.cursor (topic, subscription, generation, hi) SELECT {_topic.Value}, {_group.Subscription}, 1, -n FROM generate_series(1, {Dead}) n;
            INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, due_at, why)
              SELECT {_topic.Value}, {_group.Subscription}, -n, 1, clock_timestamp() - interval '1 hour', '' FROM generate_series(1, {Dead}) n;
            """);
        await Direct.RunAsync("""DELETE FROM pgpubsub.lease WHERE lo < 0; DELETE FROM pgpubsub.cursor WHERE hi < 0; DELETE FROM pgpubsub.retry WHERE "offset" < 0""");
        var after = await BuffersAsync();

        Assert.Equal([], after.Where(now => now.Value > (2 * before[now.Key]) + 50).Select(now => $"{now.Key}: {before[now.Key]} -> {now.Value} blocks"));
    }

    private async Task FillAsync() => await Direct.RunAsync($$"""
        INSERT INTO pgpubsub.event (topic, "offset", event_id, type, data, size, published_at)
        SELECT {{_topic.Value}}, n, gen_random_uuid(), 'test', '{"n":1,"text":"some text that makes it as long as events are"}', 60, clock_timestamp() FROM generate_series(10, {{Backlog}}) n
        """);

    private Task AnalyzeAsync() => Direct.RunAsync("ANALYZE pgpubsub.event, pgpubsub.lease, pgpubsub.cursor, pgpubsub.retry");

    // The plain statements; those inside functions are forced by the functions' settings and shown by the scan counters.
    private async Task ExplainAsync()
    {
        var sql = new SqlCatalog(Schema);
        var (topic, group) = (_topic.Value, _group.Subscription);
        (string Name, string Arguments)[] calls =
        [
            (Sql.ReadPage, $"{topic}, 500000, 100, 1000000"), (Sql.ReadPage, $"{topic}, 0, 1000, 1000000"),
            (Sql.ReadClaimed, $"{topic}, {group}, 1, 0, gen_random_uuid()"), (Sql.FindClaim, $"{topic}, {group}, 1, 0, gen_random_uuid()"),
            (Sql.Poll, $"ARRAY[{topic}], ARRAY[]::integer[], ARRAY[]::integer[], ARRAY[]::timestamptz[], ARRAY[]::text[], NULL::uuid, NULL::boolean, NULL::uuid, ARRAY[]::uuid[], NULL::uuid[], NULL::uuid, ARRAY[]::uuid[]"),
        ];
        await using var connection = await Direct.OpenAsync();
        foreach (var mode in new[] { "force_generic_plan", "force_custom_plan" })
        {
            foreach (var (name, arguments) in calls)
            {
                await Direct.RunAsync(connection, $"SET plan_cache_mode = {mode}; DEALLOCATE ALL; PREPARE p AS {sql[name]}");
                var plan = await Direct.ScalarAsync<string>(connection, $"EXPLAIN (FORMAT JSON) EXECUTE p ({arguments})");
                Assert.DoesNotContain("\"Relation Name\": \"event\"", SeqScansOf(plan), StringComparison.Ordinal);
                Assert.DoesNotContain("\"Relation Name\": \"lease\"", SeqScansOf(plan), StringComparison.Ordinal);
                Assert.DoesNotContain("Bitmap Heap Scan", plan, StringComparison.Ordinal);
                Assert.DoesNotContain("JIT", plan, StringComparison.Ordinal);
            }
        }
    }

    private static string SeqScansOf(string plan) =>
        string.Concat(plan.Split("\"Node Type\": ").Where(node => node.StartsWith("\"Seq Scan\"", StringComparison.Ordinal)));

    // On sessions of its own, whose counts are told when they end.
    private async Task WorkAsync()
    {
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = Server, Schema = Schema });
        for (var i = 0; i < 12; i++)
        {
            var page = await store.ClaimAsync(_group, _node, most: 100);
            Assert.Equal(100, page.Events.Count);
            Assert.True(await store.SettleAsync(_group, _node, page.Acked(page.Lo)));
            Assert.True(await store.SettleAsync(_group, _node, page.Whole()));
            Assert.Equal(100, (await store.Log.ReadAsync(_topic, 1_000 * i, 100, long.MaxValue, CancellationToken.None)).Count);
            Assert.NotNull((await store.Log.AppendAsync(_topic, Backlog + 1 + i, Events.Many(1))).First);
            await store.Log.LocateAsync(_topic, StartFrom.Time(DateTimeOffset.UnixEpoch), CancellationToken.None);
        }
    }

    // ANALYZE and what set this up have scanned too: a bound that one scan a call would pass by far.
    private Task<int> SeqScansOfSetUpAsync() => Task.FromResult(4);

    private async Task<Dictionary<string, long>> BuffersAsync()
    {
        var (topic, group, sql) = (_topic.Value, _group.Subscription, new SqlCatalog(Schema));
        await using var connection = await Direct.OpenAsync();
        var all = new Dictionary<string, long>();
        foreach (var (name, arguments) in new[]
        {
            (Sql.Claim, $"{topic}, {group}, '{_node}', gen_random_uuid(), 100, 1000000"), (Sql.ReadClaimed, $"{topic}, {group}, 1, 1, gen_random_uuid()"),
            (Sql.FindClaim, $"{topic}, {group}, 1, 1, gen_random_uuid()"),
            (Sql.Poll, $"ARRAY[{topic}], ARRAY[{topic}], ARRAY[{group}], ARRAY[clock_timestamp() - interval '1 minute'], ARRAY[]::text[], NULL::uuid, NULL::boolean, NULL::uuid, ARRAY[]::uuid[], NULL::uuid[], NULL::uuid, ARRAY[]::uuid[]"),
            (Sql.ClaimRetries, $"{topic}, {group}, '{_node}', gen_random_uuid(), 100, false, clock_timestamp() - interval '1 minute'"),
        })
        {
            await Direct.RunAsync(connection, $"DEALLOCATE ALL; PREPARE p AS {sql[name]}");
            await Direct.RunAsync(connection, $"EXECUTE p ({arguments})");
            all[name] = await Blocks.TouchedAsync(Direct, connection, $"EXECUTE p ({arguments})");
        }

        return all;
    }
}
