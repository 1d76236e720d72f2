using Npgsql;
using PgPubSub.Actors.Tests.Documents;
using PgPubSub.Core.Nodes;
using PgPubSub.Postgres.Schema;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Actors.Tests.Privileges;

/// <summary>What docs/roles.sql grants is what docs/security.md says, and the server refuses the rest.</summary>
public sealed class GrantsSpec : RoleSpec
{
    // Of a table, what a role may: the whole of it, then by columns in the table's order.
    private const string Rights = """
        SELECT c.relname::text, coalesce((
          SELECT string_agg(w.what, ', ' ORDER BY array_position(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'], w.kind), w.what) FROM (
            SELECT a.privilege_type AS kind, a.privilege_type AS what FROM aclexplode(c.relacl) a WHERE a.grantee = r.oid
            UNION ALL
            SELECT a.privilege_type, a.privilege_type || ' (' || string_agg(x.attname, ', ' ORDER BY x.attnum) || ')'
            FROM pg_attribute x CROSS JOIN LATERAL aclexplode(x.attacl) a WHERE x.attrelid = c.oid AND a.grantee = r.oid GROUP BY a.privilege_type) w), 'none')
        FROM pg_class c CROSS JOIN pg_roles r
        WHERE c.relnamespace = '{0}'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND NOT (c.relkind = 'S' AND EXISTS (
          SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i')) AND r.rolname = '{1}'
        ORDER BY 1
        """;

    [Fact]
    public async Task Every_table_s_rights_are_decided_and_stand_on_the_page()
    {
        var page = Document.Table("security.md", "What each may touch").ToDictionary(row => row[0].Trim('`'));
        string[] roles = ["publish", "consume", "migrate"];
        for (var i = 0; i < roles.Length; i++)
        {
            var granted = await ListAsync(Rights, roles[i]);
            Assert.Equal(granted, page.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => (row.Key, row.Value[i + 1].Replace("`", "", StringComparison.Ordinal))));
            Assert.NotEmpty(granted);
        }

        // A table that the script leaves out is nobody's, and nobody has decided that.
        Assert.All(page.Values, row => Assert.Contains(row.Skip(1), rights => rights != "none"));
        Assert.Empty(await ListAsync(
            "SELECT c.relname::text, a.privilege_type FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a WHERE c.relnamespace = '{0}'::regnamespace AND a.grantee = 0"));
    }

    [Fact]
    public async Task Every_function_is_some_role_s_to_call_and_does_what_its_caller_may()
    {
        const string Undecided = """
            SELECT p.proname::text, CASE WHEN p.prosecdef THEN 'SECURITY DEFINER' WHEN p.proacl IS NULL THEN 'PUBLIC' ELSE 'nobody' END FROM pg_proc p
            WHERE p.pronamespace = '{0}'::regnamespace AND (p.prosecdef OR p.proacl IS NULL OR NOT EXISTS (
              SELECT FROM aclexplode(p.proacl) a JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname IN ('{0}_publish', '{0}_consume'))
              OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))
            """;
        Assert.Empty(await ListAsync(Undecided));

        await RunAsync($"CREATE FUNCTION {Schema}.append_v9() RETURNS integer LANGUAGE sql AS 'SELECT 1'");
        Assert.Equal([("append_v9", "PUBLIC")], await ListAsync(Undecided));
    }

    // What a role may do to its own, the owner of the next version's tables is refused as well unless a migration needs no more than this.
    [Fact]
    public async Task An_owner_without_rights_on_rows_migrates_step_by_step()
    {
        await RunAsync($"DROP SCHEMA {Schema} CASCADE; CREATE SCHEMA {Schema} AUTHORIZATION {Name("migrate")}");
        foreach (var step in Migration.Of("core"))
        {
            Assert.Null(await StateAsync("migrate", SqlCatalog.InSchema(step.Text, Schema).Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)));
            Assert.Null(await StateAsync("migrate", "REVOKE ALL ON ALL TABLES IN SCHEMA {0} FROM CURRENT_USER; REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {0} FROM CURRENT_USER, PUBLIC"));
        }
    }

    [Theory]
    [InlineData("publish", "SELECT data FROM {0}.event")]
    [InlineData("publish", "SELECT headers FROM {0}.event")]
    [InlineData("publish", "SELECT key FROM {0}.event")]
    [InlineData("publish", "SELECT body FROM {0}.event")]
    [InlineData("publish", "SELECT * FROM {0}.dead_letter")]
    [InlineData("publish", "SELECT data FROM {0}.retry")]
    [InlineData("publish", "SELECT why FROM {0}.retry")]
    [InlineData("publish", "UPDATE {0}.event SET type = 'x'")]
    [InlineData("publish", "DELETE FROM {0}.event")]
    [InlineData("publish", "DELETE FROM {0}.lease")]
    [InlineData("publish", "UPDATE {0}.lease SET settled = NULL")]
    [InlineData("publish", "DELETE FROM {0}.retry")]
    [InlineData("publish", "DELETE FROM {0}.cursor")]
    [InlineData("publish", "INSERT INTO {0}.cursor VALUES (1, 1, 9, 9)")]
    [InlineData("publish", "UPDATE {0}.subscription SET paused = true")]
    [InlineData("publish", "UPDATE {0}.topic SET floor = 9")]
    [InlineData("publish", "INSERT INTO {0}.topic (name) VALUES ('x')")]
    [InlineData("publish", "DELETE FROM {0}.node")]
    [InlineData("publish", "UPDATE {0}.node SET application = 'x'")]
    [InlineData("publish", "SELECT {0}.claim_v2(1, 1, gen_random_uuid(), gen_random_uuid(), 1, 1)")]
    [InlineData("publish", "SELECT {0}.settle_whole_v1(1, 1, 1, 0, gen_random_uuid(), gen_random_uuid())")]
    [InlineData("publish", "SELECT {0}.seek_v2(1, 1, 'earliest', 0, NULL)")]
    [InlineData("publish", "SELECT {0}.mark_v1(gen_random_uuid(), ARRAY[1], ARRAY[1::bigint])")]
    [InlineData("publish", "SELECT {0}.take_duty_v1('cleaning', gen_random_uuid())")]
    [InlineData("publish", "SELECT {0}.drop_topic_v1(1)")]
    [InlineData("consume", "SELECT {0}.append_v1(1, 0, ARRAY[gen_random_uuid()], ARRAY['x'], ARRAY['x'], ARRAY['1'::json], ARRAY[NULL::bytea], ARRAY['x'], ARRAY[NULL::json], ARRAY[1])")]
    [InlineData("consume", "SELECT {0}.append_many_v1(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)")]
    [InlineData("consume", "INSERT INTO {0}.event (topic, \"offset\", event_id, type, size, published_at) VALUES (1, 0, gen_random_uuid(), 'x', 1, now())")]
    [InlineData("consume", "UPDATE {0}.event SET type = 'x'")]
    [InlineData("consume", "INSERT INTO {0}.migration VALUES ('core', 99, 'x', 'x', true)")]
    [InlineData("consume", "DELETE FROM {0}.migration")]
    [InlineData("migrate", "SELECT data FROM {0}.event")]
    [InlineData("migrate", "DELETE FROM {0}.event")]
    [InlineData("migrate", "SELECT * FROM {0}.dead_letter")]
    [InlineData("migrate", "DELETE FROM {0}.migration")]
    [InlineData("migrate", "SELECT {0}.seek_v2(1, 1, 'earliest', 0, NULL)")]
    [InlineData("migrate", "SELECT {0}.append_v1(1, 0, ARRAY[gen_random_uuid()], ARRAY['x'], ARRAY['x'], ARRAY['1'::json], ARRAY[NULL::bytea], ARRAY['x'], ARRAY[NULL::json], ARRAY[1])")]
    public async Task The_server_refuses_it_by_hand_too(string role, string sql) =>
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await StateAsync(role, sql));

    [Theory]
    [InlineData("CREATE TABLE {0}.mine ()")]
    [InlineData("CREATE FUNCTION {0}.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'")]
    [InlineData("DROP TABLE {0}.event")]
    [InlineData("ALTER TABLE {0}.event DISABLE TRIGGER ALL")]
    [InlineData("TRUNCATE {0}.event")]
    [InlineData("DROP SCHEMA {0} CASCADE")]
    [InlineData("GRANT SELECT ON {0}.dead_letter TO PUBLIC")]
    public async Task Neither_publishers_nor_consumers_create_drop_or_grant(string sql)
    {
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await StateAsync("publish", sql));
        // Who may read something but not pass it on is only warned; nothing is granted.
        Assert.Equal(sql.StartsWith("GRANT", StringComparison.Ordinal) ? null : PostgresErrorCodes.InsufficientPrivilege, await StateAsync("consume", sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await StateAsync("publish", "SELECT * FROM {0}.dead_letter"));
    }

    [Fact]
    public async Task The_script_may_be_run_again_and_takes_back_what_was_granted_besides()
    {
        await RunAsync($"GRANT SELECT ON {Schema}.event TO {Name("publish")}; GRANT SELECT (data) ON {Schema}.retry TO {Name("publish")}");
        Assert.Null(await StateAsync("publish", "SELECT data FROM {0}.event"));
        Assert.Null(await StateAsync("publish", "SELECT data FROM {0}.retry"));

        await GrantAsync();

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await StateAsync("publish", "SELECT data FROM {0}.event"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await StateAsync("publish", "SELECT data FROM {0}.retry"));
        await using var migrating = Store("migrate", migrate: true);
        await migrating.MigrateAsync();
    }

    [Fact]
    public async Task A_dead_publisher_s_sessions_are_ended_by_another_publisher_though_its_row_is_a_consumer_s_to_take()
    {
        var node = Guid.CreateVersion7();
        await RunAsync($"INSERT INTO {Schema}.node (id, name, application, seen_at, keeps_lock) VALUES ('{node}', 'frozen', 'frozen {node}', '2020-01-01', false)");
        await using var frozen = new NpgsqlConnection(As("publish") + $";Application Name=frozen {node};Pooling=false");
        await frozen.OpenAsync();
        await using (var holding = new NpgsqlCommand("BEGIN; SELECT pg_sleep(0)", frozen))
            await holding.ExecuteNonQueryAsync();
        await UntilAsync($"SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'frozen {node}' AND xact_start < clock_timestamp() - interval '1 second'");

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await StateAsync("publish", $"SELECT {{0}}.take_over_v3('{node}', '2020-01-01')"));

        await UntilAsync($"SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'frozen {node}'");
        await using var consumer = Store("consume");
        var sighting = Assert.Single(await consumer.Nodes.WatchAsync(Guid.CreateVersion7(), CancellationToken.None));
        Assert.True(await consumer.Nodes.TakeOverAsync(sighting));
    }

    private async Task<IReadOnlyList<(string, string)>> ListAsync(string sql, string role = "")
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, Schema, Name(role)), connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, string)>();
        while (await reader.ReadAsync())
            rows.Add((reader.GetString(0), reader.GetString(1)));
        return rows;
    }
}
