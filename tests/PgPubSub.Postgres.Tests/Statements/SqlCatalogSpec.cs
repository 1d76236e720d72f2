using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;
using PgPubSub.Postgres.Schema;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Tests.Statements;

/// <summary>C# and SQL name the same blocks, and each of them is one that a real server takes.</summary>
public sealed partial class SqlCatalogSpec : StoreSpec
{
    // LISTEN and its kind are not prepared by the server, only run.
    private static readonly string[] Unpreparable = [Sql.Begin, Sql.BeginLook, Sql.Commit, Sql.Rollback, Sql.Listen, Sql.Unlisten, Sql.CreateSchema, Sql.CreateMigrations, Sql.LimitLockWait];

    [Fact]
    public void Names_in_the_program_and_in_the_files_are_the_same_set()
    {
        var names = typeof(Sql).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!);

        Assert.Equal(names.Order(), new SqlCatalog("pgpubsub").Names.Order());
    }

    [Fact]
    public async Task Every_block_prepares_on_a_real_server()
    {
        await Store.MigrateAsync();
        var sql = new SqlCatalog(Schema);
        await using var connection = await Direct.OpenAsync();
        foreach (var name in sql.Names.Except(Unpreparable))
            await Direct.RunAsync(connection, $"PREPARE a_{name} AS {sql[name]}");

        Assert.Equal(sql.Names.Count - Unpreparable.Length, await Direct.ScalarAsync<long>(connection, "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'a\\_%'"));
    }

    [Fact]
    public async Task Every_block_that_is_only_run_runs_on_a_real_server()
    {
        var sql = new SqlCatalog(Schema);
        await using var connection = await Direct.OpenAsync();
        foreach (var name in new[] { Sql.Begin, Sql.LimitLockWait, Sql.CreateSchema, Sql.CreateMigrations, Sql.Rollback, Sql.BeginLook, Sql.Rollback, Sql.Begin, Sql.Listen, Sql.Commit, Sql.Unlisten })
        {
            await using var command = new NpgsqlCommand(sql[name], connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public void Each_block_says_which_parameters_it_takes_and_casts_each()
    {
        foreach (var name in new SqlCatalog("pgpubsub").Names)
        {
            var text = new SqlCatalog("pgpubsub")[name];
            var numbers = Parameter().Matches(text).Select(m => int.Parse(m.Groups["n"].Value, System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order().ToList();
            Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
            Assert.DoesNotMatch(Uncast(), text);
            Assert.True(numbers.Count == 0 || text.Contains("-- in: ", StringComparison.Ordinal), $"{name} has no line that begins with -- in:");
        }
    }

    [Fact]
    public void No_block_and_no_migration_names_the_default_schema_once_it_is_rewritten()
    {
        var longest = new string('x', 48);
        var texts = new SqlCatalog(longest).Names.Select(n => new SqlCatalog(longest)[n]).Concat(Migration.Of("core").Select(m => SqlCatalog.InSchema(m.Text, longest)));

        Assert.All(texts, text => Assert.DoesNotContain("pgpubsub", text, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\$(?<n>\d+)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\$\d+(?!\d|::)")]
    private static partial Regex Uncast();
}
