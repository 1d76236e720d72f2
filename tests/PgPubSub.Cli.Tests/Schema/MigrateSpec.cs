using System.Text.Json;

namespace PgPubSub.Cli.Tests.Schema;

public sealed class MigrateSpec : CliSpec
{
    [Fact]
    public async Task A_missing_schema_is_made_and_then_up_to_date()
    {
        var check = await RunAsync("migrate", "--check", "--json");
        Assert.Equal((1, "missing"), (check.ExitCode, check.Json.GetProperty("standing").GetString()));

        var made = (await DoAsync("migrate", "--json")).Json;
        Assert.Equal(made.GetProperty("version").GetInt32(), made.GetProperty("applied").GetArrayLength());

        Assert.Equal("current", (await DoAsync("migrate", "--check", "--json")).Json.GetProperty("standing").GetString());
        Assert.Empty((await DoAsync("migrate", "--json")).Json.GetProperty("applied").EnumerateArray());
        Assert.Equal($"Schema {Schema} is up to date at version {made.GetProperty("version").GetInt32()}.", Assert.Single((await DoAsync("migrate")).Lines));
    }

    [Fact]
    public async Task The_script_makes_what_migrate_makes_and_nothing_before_it_is_run()
    {
        var script = await DoAsync("migrate", "--script");
        Assert.Equal(1, (await RunAsync("migrate", "--check")).ExitCode);

        await SqlAsync(script.Output);

        Assert.Equal("", (await DoAsync("migrate", "--script")).Output);
        await DoAsync("migrate", "--check");
        await DoAsync("topics");
    }

    [Fact]
    public async Task The_script_of_an_old_schema_has_only_what_it_lacks()
    {
        await Store.MigrateAsync();
        await SqlAsync($"DELETE FROM {Schema}.migration WHERE version = (SELECT max(version) FROM {Schema}.migration)");

        var script = (await DoAsync("migrate", "--script", "--json")).Json.GetProperty("script").GetString()!;

        Assert.DoesNotContain("CREATE SCHEMA", script, StringComparison.Ordinal);
        Assert.Equal(2, script.Split("INSERT INTO \"" + Schema + "\".migration").Length);
    }

    [Fact]
    public async Task An_old_schema_is_told_by_every_verb_in_the_same_line()
    {
        await Store.MigrateAsync();
        var newest = await SqlAsync($"DELETE FROM {Schema}.migration WHERE version = (SELECT max(version) FROM {Schema}.migration) RETURNING version");

        var check = await RunAsync("migrate", "--check", "--json");
        Assert.Equal((1, "old"), (check.ExitCode, check.Json.GetProperty("standing").GetString()));
        Assert.Equal(newest, Assert.Single(check.Json.GetProperty("lacks").EnumerateArray()).GetRawText());
        foreach (var verb in new[] { "topics", "groups", "nodes", "verify" })
        {
            var run = await RunAsync(verb);
            Assert.Equal(3, run.ExitCode);
            Assert.Contains($"and lacks {newest}: run 'pgpubsub migrate'", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_schema_that_is_newer_and_breaking_asks_for_another_program()
    {
        await Store.MigrateAsync();
        await SqlAsync($"INSERT INTO {Schema}.migration (line, version, name, checksum, breaking) VALUES ('core', 9999, 'later', 'x', true)");

        var run = await RunAsync("topics");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("update pgpubsub", run.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await RunAsync("migrate")).ExitCode);
        Assert.Equal("newer", (await RunAsync("migrate", "--check", "--json")).Json.GetProperty("standing").GetString());
    }
}
