using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Tests.HotPath;

/// <summary>A measure of groups touches a few blocks, whatever waits, however much that is done is kept, and whatever the statistics say.</summary>
public sealed class MeasureBoundsSpec : StoreSpec
{
    private const int Backlog = 200_000;
    private const int Waiting = 1_000_000;
    private const int Dead = 100_000;
    private const int Most = 100;

    private TopicId _topic;
    private GroupKey _group;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _topic = await TopicAsync();
        _group = await GroupAsync(_topic);
        foreach (var table in new[] { "event", "lease", "cursor", "retry" })
            await Direct.RunAsync($"ALTER TABLE pgpubsub.{table} SET (autovacuum_enabled = off)");
    }

    [Fact]
    public async Task A_million_retries_a_deep_backlog_and_a_hundred_thousand_dead_rows_cost_a_measure_nothing()
    {
        await AnalyzeAsync();
        await FillAsync();
        await AssertCheapAsync(generation: -1, long.MinValue);
        await using var stranger = await Direct.OpenAsync();
        await Direct.RunAsync(stranger, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_xact_id()");
        await KillAsync();

        await AssertCheapAsync(generation: 1, Dead + 1);
        await AnalyzeAsync();
        await AssertCheapAsync(generation: 1, Dead + 1);

        // Without its marks it walks what is dead: that would be seen.
        Assert.True(await TouchedAsync("force_custom_plan", generation: -1, long.MinValue) > Most);
    }

    [Fact]
    public async Task What_is_measured_again_is_looked_for_from_where_it_was()
    {
        await FillAsync();
        var first = Assert.Single(await Store.Subscriptions.MeasureAsync([_group], CancellationToken.None));
        await using var stranger = await Direct.OpenAsync();
        await Direct.RunAsync(stranger, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_xact_id()");
        await KillAsync();

        var again = Assert.Single(await Store.Subscriptions.MeasureAsync([_group], CancellationToken.None));

        Assert.Equal(Backlog, first.Lag);
        Assert.Equal((first.Topic, first.Group, first.Lag), (again.Topic, again.Group, again.Lag));
        Assert.True(again.OldestUnsettled >= first.OldestUnsettled && again.LagAge >= first.LagAge && first.OldestUnsettled > first.LagAge);
    }

    private async Task AssertCheapAsync(long generation, long mark)
    {
        foreach (var mode in new[] { "force_generic_plan", "force_custom_plan" })
        {
            var touched = await TouchedAsync(mode, generation, mark);
            Assert.True(touched <= Most, $"{mode}: {touched} blocks");
        }
    }

    // As the store runs it: after the limits of its transaction, which keep tiny tables' statistics from choosing the plan.
    private async Task<long> TouchedAsync(string mode, long generation, long mark)
    {
        var (sql, arguments) = (new SqlCatalog(Schema), $"ARRAY[{_topic.Value}], ARRAY[{_group.Subscription}], ARRAY[{generation}]::bigint[], ARRAY[{mark}]::bigint[], ARRAY[{mark}]::bigint[]");
        await using var connection = await Direct.OpenAsync();
        await Direct.RunAsync(connection, $"SET plan_cache_mode = {mode}; PREPARE p AS {sql[Sql.Measure]}; PREPARE limits AS {sql[Sql.LimitLook]}");
        await Direct.RunAsync(connection, "BEGIN READ ONLY; EXECUTE limits (10000, 2000)");
        Assert.StartsWith($"{_topic.Value}|{_group.Subscription}|orders|billing|{Backlog}|", await Blocks.FirstRowAsync(Direct, connection, $"EXECUTE p ({arguments})"), StringComparison.Ordinal);
        var plan = await Direct.ScalarAsync<string>(connection, $"EXPLAIN (FORMAT JSON) EXECUTE p ({arguments})");
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Bitmap", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("\"Sort Key\": [\"l", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("\"Sort Key\": [\"r", plan, StringComparison.Ordinal);
        return await Blocks.TouchedAsync(Direct, connection, $"EXECUTE p ({arguments})");
    }

    private Task AnalyzeAsync() => Direct.RunAsync("ANALYZE pgpubsub.event, pgpubsub.lease, pgpubsub.cursor, pgpubsub.retry, pgpubsub.topic, pgpubsub.subscription");

    // Retries wait above what will die, two pages are out above them, and above those waits the backlog.
    private Task FillAsync()
    {
        var (t, key, top) = (_topic.Value, $"{_topic.Value}, {_group.Subscription}", Dead + Waiting + 21);
        return Direct.RunAsync($$"""
            INSERT INTO pgpubsub.event (topic, "offset", event_id, type, data, size, published_at)
              SELECT {{t}}, n, gen_random_uuid(), 't', '{}', 2, '2026-01-01 00:00:00+00'::timestamptz + n * interval '1 millisecond'
              FROM (SELECT generate_series({{Dead + 1}}, {{Dead + 10}}) UNION ALL SELECT generate_series({{top - 20}}, {{top + Backlog - 1}})) AS x(n);
            INSERT INTO pgpubsub.cursor (topic, subscription, generation, hi) VALUES ({{key}}, 1, {{top}});
            INSERT INTO pgpubsub.lease (topic, subscription, generation, lo, hi, token, node)
              VALUES ({{key}}, 1, {{top - 20}}, {{top - 10}}, gen_random_uuid(), gen_random_uuid()), ({{key}}, 1, {{top - 10}}, {{top}}, gen_random_uuid(), gen_random_uuid());
            INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, due_at, why)
              SELECT {{key}}, n, 1, clock_timestamp() + interval '1 hour', '' FROM generate_series({{Dead + 1}}, {{Dead + Waiting}}) n;
            """);
    }

    private Task KillAsync()
    {
        var key = $"{_topic.Value}, {_group.Subscription}";
        return Direct.RunAsync($"""
            INSERT INTO pgpubsub.lease (topic, subscription, generation, lo, hi, token, node)
              SELECT {key}, 1, n, n + 1, gen_random_uuid(), gen_random_uuid() FROM generate_series(1, {Dead}) n;
            INSERT INTO pgpubsub.cursor (topic, subscription, generation, hi) SELECT {key}, 1, n FROM generate_series(1, {Dead}) n;
            INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, due_at, why) SELECT {key}, n, 1, clock_timestamp(), '' FROM generate_series(1, {Dead}) n;
            DELETE FROM pgpubsub.lease WHERE lo <= {Dead}; DELETE FROM pgpubsub.cursor WHERE hi <= {Dead}; DELETE FROM pgpubsub.retry WHERE "offset" <= {Dead};
            """);
    }
}
