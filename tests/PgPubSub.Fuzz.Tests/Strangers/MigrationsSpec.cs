using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using PgPubSub.Actors;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres;

namespace PgPubSub.Fuzz.Tests.Strangers;

/// <summary>Where the table of migrations was altered, the schema is refused or stays as it was, whole.</summary>
public sealed class MigrationsSpec
{
    private const string Everything = """
        SELECT string_agg(x, E'\n' ORDER BY x) FROM (
          SELECT 'migration ' || m::text AS x FROM pgpubsub.migration m
          UNION ALL SELECT 'function ' || p.proname || p.oid FROM pg_proc p WHERE p.pronamespace = 'pgpubsub'::regnamespace
          UNION ALL SELECT 'column ' || a.attrelid::regclass || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'pgpubsub'::regnamespace) all_of_it
        """;

    private static readonly (string Name, string Sql, bool Refused)[] Alterations =
    [
        ("lost", "DELETE FROM pgpubsub.migration WHERE version = {0}", true),
        ("of another text", "UPDATE pgpubsub.migration SET checksum = 'x' || checksum WHERE version = {0}", true),
        ("without a checksum", "UPDATE pgpubsub.migration SET checksum = '' WHERE version = {0}", true),
        ("renamed", "UPDATE pgpubsub.migration SET name = name || '''; DROP TABLE pgpubsub.event; --' WHERE version = {0}", false),
        ("newer and breaking", "INSERT INTO pgpubsub.migration (line, version, name, checksum, breaking) VALUES ('core', 1000 + {0}, 'x', 'x', true)", true),
        ("newer", "INSERT INTO pgpubsub.migration (line, version, name, checksum, breaking) VALUES ('core', 1000 + {0}, 'x', 'x', false)", false),
        ("before all", "INSERT INTO pgpubsub.migration (line, version, name, checksum, breaking) VALUES ('core', -{0}, 'x', 'x', true)", true),
        ("of another line", "INSERT INTO pgpubsub.migration (line, version, name, checksum, breaking) VALUES ('', {0}, 'x', 'x', true)", false),
    ];

    [Fact]
    public async Task An_altered_line_is_refused_by_name_or_changes_nothing()
    {
        await using var hub = await FuzzHub.StartAsync(inMemory: false);
        await hub.IsWellAsync();
        await hub.RunAsync("CREATE TABLE pgpubsub.kept AS SELECT * FROM pgpubsub.migration");
        await using var database = new NpgsqlConnection(hub.ConnectionString);
        await database.OpenAsync();
        var cases = from alteration in Gen.Choose(0, Alterations.Length - 1) from version in Gen.Choose(1, 15) from auto in Gen.Elements(true, false) select new Altered(alteration, version, auto);

        Fuzzing.Hold(Arb.From(cases), async altered =>
        {
            var (_, sql, refused) = Alterations[altered.Alteration];
            await hub.RunAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, altered.Version));
            var before = await TellAsync(database, hub.Schema);
            await using (var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = hub.ConnectionString, Schema = hub.Schema, AutoMigrate = altered.Auto }))
            {
                var fault = await Record.ExceptionAsync(() => store.Log.EnsureTopicAsync("t", Retention.Default, CancellationToken.None));
                if (refused)
                    Assert.Equal(FaultKind.Schema, Assert.IsType<StoreException>(fault).Kind);
                else
                    Assert.Null(fault);
            }

            Assert.Equal(before, await TellAsync(database, hub.Schema));
            await hub.RunAsync("DELETE FROM pgpubsub.migration; INSERT INTO pgpubsub.migration SELECT * FROM pgpubsub.kept");
        }, usual: 40);
        await hub.IsWellAsync();
    }

    private static async Task<string> TellAsync(NpgsqlConnection database, string schema)
    {
        await using var command = new NpgsqlCommand(Everything.Replace("pgpubsub.", schema + ".", StringComparison.Ordinal).Replace("'pgpubsub'", $"'{schema}'", StringComparison.Ordinal), database);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private sealed record Altered(int Alteration, int Version, bool Auto)
    {
        public override string ToString() => $"version {Version} is {Alterations[Alteration].Name}, AutoMigrate = {Auto}";
    }
}
