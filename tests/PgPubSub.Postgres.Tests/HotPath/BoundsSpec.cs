using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Tests.HotPath;

/// <summary>
/// However many events a topic has and however much that is done a stranger's snapshot keeps, no statement of the hot path touches more than some
/// blocks, those of its functions included; whatever the statistics say.
/// </summary>
public sealed class BoundsSpec : StoreSpec
{
    private const int Backlog = 1_000_000;
    private const int Dead = 100_000;
    private const int Waiting = 5_000;
    private const int Floor = 1_000;
    private const int Most = 400;

    private const string Token = "ffffffff-0000-7000-8000-000000000001";
    private const string RetryToken = "ffffffff-0000-7000-8000-000000000002";
    private const string NewToken = "'ffffffff-0000-7000-8000-000000000003'";
    private const string Mark = "'ffffffff-0000-7000-8000-000000000000'";
    private const string Recently = "clock_timestamp() - interval '1 minute'";

    private TopicId _topic;
    private GroupKey _group;
    private Guid _node, _idle;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        (_topic, _node, _idle) = (await TopicAsync(), await NodeAsync(), await NodeAsync());
        _group = await GroupAsync(_topic);
        foreach (var table in new[] { "event", "lease", "cursor", "retry" })
            await Direct.RunAsync($"ALTER TABLE pgpubsub.{table} SET (autovacuum_enabled = off)");
    }

    [Fact]
    public async Task No_statement_touches_more_blocks_for_a_million_events_and_a_hundred_thousand_dead_rows()
    {
        await AnalyzeAsync();
        await FillAsync();
        Assert.Equal([], await TooManyAsync([.. HotPath(), .. Retention()]));
        await using var stranger = await Direct.OpenAsync();
        await Direct.RunAsync(stranger, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_xact_id()");
        await KillAsync();

        Assert.Equal([], await TooManyAsync([.. HotPath()]));
        await AnalyzeAsync();
        Assert.Equal([], await TooManyAsync([.. HotPath()]));

        // Without its mark a look walks what is dead, and without its order a claim walks the log: that would be seen.
        await Direct.RunAsync("""
            CREATE OR REPLACE FUNCTION pgpubsub.held_v1(p_node uuid, p_since uuid, p_known uuid[]) RETURNS TABLE (token uuid) LANGUAGE sql AS
              $f$ SELECT l.token FROM pgpubsub.lease l WHERE l.node = p_node UNION SELECT r.token FROM pgpubsub.retry r WHERE r.node = p_node $f$;
            CREATE OR REPLACE FUNCTION pgpubsub.page_v1(p_topic integer, p_from bigint, p_most integer, p_bytes bigint, OUT lo bigint, OUT hi bigint) LANGUAGE sql AS
              $f$ SELECT min("offset"), min("offset") + p_most FROM pgpubsub.event WHERE topic = p_topic AND "offset" >= p_from AND size >= 0 GROUP BY topic $f$;
            """);
        Assert.Equal([Sql.Claim, Sql.HeldTokens, Sql.Poll, Sql.ReadPage], (await TooManyAsync([.. HotPath()])).Select(seen => seen.Split(' ')[0]).Distinct().Order());
    }

    private IEnumerable<Measured> HotPath()
    {
        var (t, g, node) = (_topic.Value, _group.Subscription, $"'{_node}'");
        var (key, lease) = ($"{t}, {g}", $"1, {Backlog - 100_010}, '{Token}', '{_node}'");
        yield return new(Sql.Append, $"{t}, {Backlog}, ARRAY[gen_random_uuid()], ARRAY['t'], ARRAY[NULL], ARRAY['{{}}'::json], ARRAY[NULL::bytea], ARRAY[NULL], ARRAY[NULL::json], ARRAY[2]", $"{Backlog}");
        yield return new(Sql.Append, $"{t}, {Backlog - 5}, ARRAY[gen_random_uuid()], ARRAY['t'], ARRAY[NULL], ARRAY['{{}}'::json], ARRAY[NULL::bytea], ARRAY[NULL], ARRAY[NULL::json], ARRAY[2]", $"{Backlog}");
        yield return new(Sql.FindTopic, "'orders'", $"{t}|{Floor}|{Backlog}");
        yield return new(Sql.ReadPage, $"{t}, 500000, 10, 1000000", "500000");
        yield return new(Sql.ReadPage, $"{t}, 500000, 10, 100", "500000");
        yield return new(Sql.Locate, $"{t}, 'time', NULL, '2020-01-01 00:00:00+00'::timestamptz + interval '700000 milliseconds'", $"700000|{Floor}");
        yield return new(Sql.Locate, $"{t}, 'latest', NULL, NULL", $"{Backlog}|{Floor}");
        yield return new(Sql.Claim, $"{key}, {node}, {NewToken}, 10, 1000000", $"1|{Backlog - 100_000}|{Backlog - 100_000}|{Backlog - 99_990}");
        yield return new(Sql.ReadClaimed, $"{key}, 1, {Backlog - 100_010}, '{Token}'", $"{Backlog - 100_010}");
        yield return new(Sql.FindClaim, $"{key}, 1, {Backlog - 100_010}, '{Token}'", $"1|{Backlog - 100_010}|{Backlog - 100_000}");
        yield return new(Sql.SettleWhole, $"{key}, {lease}", "True");
        yield return new(Sql.Settle, $"{key}, {lease}, ARRAY[{Backlog - 100_010}], ARRAY[{Backlog - 100_009}, {Backlog - 100_008}], ARRAY[1, 5], ARRAY[interval '0', NULL], ARRAY['a', 'b'], ARRAY[false, true]", "True");
        yield return new(Sql.ClaimRetries, $"{key}, {node}, {NewToken}, 10, false, {Recently}", "10");
        yield return new(Sql.ClaimRetries, $"{key}, {node}, {NewToken}, 20, false, {Recently}", "10");
        yield return new(Sql.ReadRetries, $"{key}, {node}, '{RetryToken}'", $"{Backlog - 300_010}");
        yield return new(Sql.SettleRetries, $"{key}, {node}, ARRAY[{Backlog - 300_010}], ARRAY['{RetryToken}'::uuid], ARRAY['bury'], ARRAY[5], ARRAY[interval '0'], ARRAY['a']", "True");
        yield return new(Sql.Beat, $"{node}, false", "True");
        yield return new(Sql.HeldTokens, $"{node}, {Mark}, ARRAY['{Token}'::uuid]", Token[..^1]);
        yield return new(Sql.HeldTokens, $"'{_idle}', {Mark}, ARRAY[gen_random_uuid()]", "");
        yield return new(Sql.Watch, $"'{_idle}', {Mark}, ARRAY[gen_random_uuid(), {node}], ARRAY[NULL, gen_random_uuid()]", $"{_node}|a node");
        yield return new(Sql.ReturnOrphans, $"{node}, ARRAY['{Token}'::uuid], ARRAY['{Token}'::uuid]", "10");
        yield return new(Sql.ReturnOrphans, $"{node}, ARRAY['{RetryToken}'::uuid], ARRAY[]::uuid[]", "10");
        yield return new(Sql.Depart, $"'{_idle}', ARRAY[]::uuid[]", "");
        yield return new(Sql.Mark, $"{node}, ARRAY[{t}], ARRAY[5]", $"{Floor}");
        yield return new(
            Sql.Poll,
            $"ARRAY[{t}], ARRAY[{t}], ARRAY[{g}], ARRAY[{Recently}], ARRAY[]::text[], {node}, false, {Mark}, ARRAY[gen_random_uuid()], ARRAY[gen_random_uuid()], {Mark}, ARRAY['{Token}'::uuid]",
            $"1|{t}||{Backlog}|||||||||"[..^1]);
    }

    private IEnumerable<Measured> Retention()
    {
        yield return new(Sql.RaiseFloor, $"{_topic.Value}", $"{Floor}|{Backlog - 310_010}|0");
        yield return new(Sql.Sweep, $"{_topic.Value}, 0, 100", "100");
    }

    // The group stands below its topic's end; a page and ten retries are out, ten more are due, many more are to come. Beside it are many others.
    private Task FillAsync()
    {
        var (t, key) = (_topic.Value, $"{_topic.Value}, {_group.Subscription}");
        return Direct.RunAsync($$"""
            UPDATE pgpubsub.topic SET floor = {{Floor}} WHERE id = {{t}};
            INSERT INTO pgpubsub.event (topic, "offset", event_id, type, data, size, published_at)
              SELECT {{t}}, n, gen_random_uuid(), 't', '{"n":1}', 60, '2020-01-01 00:00:00+00'::timestamptz + n * interval '1 millisecond' FROM generate_series(0, {{Backlog - 1}}) n;
            INSERT INTO pgpubsub.topic (name) SELECT 'other-' || n FROM generate_series(1, 1000) n;
            INSERT INTO pgpubsub.subscription (topic, name, deadline_ms, max_attempts, retry_first_ms, retry_factor, retry_most_ms)
              SELECT id, 'g', 30000, 5, 1000, 2, 60000 FROM pgpubsub.topic WHERE name LIKE 'other-%';
            INSERT INTO pgpubsub.cursor (topic, subscription, generation, hi) SELECT topic, id, 1, 0 FROM pgpubsub.subscription WHERE name = 'g';
            INSERT INTO pgpubsub.event (topic, "offset", event_id, type, data, size, published_at)
              SELECT id, n, gen_random_uuid(), 't', '{}', 2, clock_timestamp() FROM pgpubsub.topic, generate_series(0, 9) n WHERE name LIKE 'other-%';
            INSERT INTO pgpubsub.lease (topic, subscription, generation, lo, hi, token, node) SELECT topic, id, 1, 0, 10, gen_random_uuid(), gen_random_uuid() FROM pgpubsub.subscription WHERE name = 'g';
            INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, due_at, why) SELECT topic, id, 5, 1, clock_timestamp(), '' FROM pgpubsub.subscription WHERE name = 'g';
            UPDATE pgpubsub.cursor SET hi = {{Backlog - 100_000}} WHERE (topic, subscription) = ({{key}});
            INSERT INTO pgpubsub.lease (topic, subscription, generation, lo, hi, token, node) VALUES ({{key}}, 1, {{Backlog - 100_010}}, {{Backlog - 100_000}}, '{{Token}}', '{{_node}}');
            INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, due_at, why)
              SELECT {{key}}, {{Backlog - 200_000}} - n, 1, clock_timestamp(), '' FROM generate_series(1, 10) n;
            INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, due_at, why)
              SELECT {{key}}, {{Backlog - 200_000}} + n, 1, clock_timestamp() + interval '1 hour', '' FROM generate_series(1, {{Waiting}}) n;
            INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, due_at, why, node, token)
              SELECT {{key}}, {{Backlog - 300_000}} - n, 1, clock_timestamp() - n * interval '1 second', '', '{{_node}}', '{{RetryToken}}' FROM generate_series(1, 10) n;
            """);
    }

    private Task KillAsync()
    {
        var key = $"{_topic.Value}, {_group.Subscription}";
        return Direct.RunAsync($"""
            INSERT INTO pgpubsub.lease (topic, subscription, generation, lo, hi, token, node)
              SELECT {key}, 1, n, n + 1, lpad(to_hex(n), 32, '0')::uuid, '{_node}' FROM generate_series(1, {Dead}) n;
            INSERT INTO pgpubsub.cursor (topic, subscription, generation, hi) SELECT {key}, 1, n FROM generate_series(1, {Dead}) n;
            INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, due_at, why)
              SELECT {key}, n, 1, clock_timestamp() - interval '1 hour', '' FROM generate_series(1, {Dead}) n;
            UPDATE pgpubsub.retry SET node = '{_node}', token = lpad(to_hex("offset"), 32, '0')::uuid WHERE (topic, subscription) = ({key}) AND "offset" <= {Dead};
            DELETE FROM pgpubsub.lease WHERE (topic, subscription) = ({key}) AND lo <= {Dead};
            DELETE FROM pgpubsub.cursor WHERE (topic, subscription) = ({key}) AND hi <= {Dead};
            DELETE FROM pgpubsub.retry WHERE (topic, subscription) = ({key}) AND "offset" <= {Dead};
            """);
    }

    private Task AnalyzeAsync() => Direct.RunAsync("ANALYZE pgpubsub.event, pgpubsub.lease, pgpubsub.cursor, pgpubsub.retry");

    // Each runs twice and is taken back: at first a session fills its caches, which costs it blocks of its own.
    private async Task<IReadOnlyList<string>> TooManyAsync(IReadOnlyList<Measured> statements)
    {
        var sql = new SqlCatalog(Schema);
        var all = new List<string>();
        foreach (var mode in new[] { "force_generic_plan", "force_custom_plan" })
        {
            await using var connection = await Direct.OpenAsync();
            await Direct.RunAsync(connection, $"SET plan_cache_mode = {mode}");
            foreach (var (name, arguments, told) in statements)
            {
                await Direct.RunAsync(connection, $"DEALLOCATE ALL; PREPARE p AS {sql[name]}; BEGIN");
                var first = await Blocks.FirstRowAsync(Direct, connection, $"EXECUTE p ({arguments})");
                Assert.True(first.StartsWith(told, StringComparison.Ordinal), $"{name} told {first} and not {told}.");
                await Direct.RunAsync(connection, "ROLLBACK; BEGIN");
                var touched = await Blocks.TouchedAsync(Direct, connection, $"EXECUTE p ({arguments})");
                await Direct.RunAsync(connection, "ROLLBACK");
                if (touched > Most)
                    all.Add($"{name} ({arguments}), {mode}: {touched} blocks");
            }
        }

        return all;
    }

    // Told: what the first row begins with.
    private sealed record Measured(string Name, string Arguments, string Told);
}
