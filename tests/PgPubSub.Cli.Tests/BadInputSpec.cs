using Npgsql;
using PgPubSub.Cli.Tests.Runs;

namespace PgPubSub.Cli.Tests;

/// <summary>What goes wrong outside is an exit code and one line, without a stack trace and without a secret.</summary>
public sealed class BadInputSpec : CliSpec
{
    private static readonly string[][] Verbs =
    [
        ["topics"], ["groups"], ["nodes"], ["top", "--json"], ["verify"], ["retention", "show", "t"], ["seek", "t", "g", "--to", "0", "--yes"], ["pause", "t", "g"], ["drop", "topic", "t", "--yes"],
        ["dead-letters", "list", "t"], ["dead-letters", "purge", "t", "--all", "--yes"],
        ["publish", "t", "1"], ["publish", "t", "1", "--create"], ["tail", "t", "--no-follow"], ["consume", "t", "g"],
    ];

    [Theory]
    [InlineData("'topcs' is no verb, option or argument here.", "topcs")]
    [InlineData("'--jsn' is no verb, option or argument here.", "topics", "--jsn")]
    [InlineData("'extra' is no verb, option or argument here.", "pause", "t", "g", "extra")]
    [InlineData("Required command was not provided.")]
    [InlineData("Required command was not provided.", "drop")]
    [InlineData("Required argument missing for command: 'pause'.", "pause", "t")]
    [InlineData("Option '--to' is required.", "seek", "t", "g")]
    public async Task An_unknown_or_missing_word_is_named(string said, params string[] arguments)
    {
        var run = await CliRun.StartAsync(new Dictionary<string, string>(), arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"pgpubsub: {said} See 'pgpubsub --help'.", run.Error);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task Part_of_a_connection_string_without_quotes_is_not_shown()
    {
        var run = await CliRun.StartAsync(new Dictionary<string, string>(), "topics", "--connection", "Host=h;SSL", "Mode=Require;Password=hush");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("pgpubsub: There is an argument too many; is the connection string in quotes? See 'pgpubsub --help'.", run.Error);
    }

    [Theory]
    [InlineData("--connection is not an Npgsql connection string", "postgres://u:hush@h/d")]
    [InlineData("--connection is not an Npgsql connection string", "Hots=h;Password=hush")]
    [InlineData("--connection is not an Npgsql connection string", "Host=h;Port=many;Password=hush")]
    [InlineData("--connection names no Host.", "Password=hush")]
    public async Task A_connection_string_that_is_none_is_not_shown(string said, string connection)
    {
        var run = await CliRun.StartAsync(new Dictionary<string, string>(), "topics", "--connection", connection, "--verbose");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_connection_all_three_ways_are_named()
    {
        var run = await CliRun.StartAsync(new Dictionary<string, string>(), "topics");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("pgpubsub: No database is named: give --connection, or set PGPUBSUB_CONNECTION or PGHOST, PGPORT, PGDATABASE and PGUSER.", run.Error);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_and_where_it_was_told_from_with_verbose_alone()
    {
        string[] arguments = ["topics", "--connection", "Host=127.0.0.1;Port=1;Username=u;Password=hush"];
        var run = await CliRun.StartAsync(new Dictionary<string, string>(), arguments);
        Assert.Equal((3, "pgpubsub: PostgreSQL can't be reached."), (run.ExitCode, run.Error));

        var verbose = await CliRun.StartAsync(new Dictionary<string, string>(), [.. arguments, "--verbose"]);
        Assert.Equal(3, verbose.ExitCode);
        Assert.Contains("   at PgPubSub.", verbose.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", verbose.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_is_not_there_is_told_by_every_verb_in_the_same_line()
    {
        foreach (var verb in Verbs)
        {
            var run = await RunAsync(verb);
            Assert.Equal((3, $"pgpubsub: Schema {Schema} is not there: run 'pgpubsub migrate' with a role that may CREATE."), (run.ExitCode, run.Error));
        }
    }

    [Fact]
    public async Task A_schema_s_name_that_is_none_is_refused()
    {
        var run = await CliRun.StartAsync(new Dictionary<string, string> { ["PGPUBSUB_CONNECTION"] = Server }, "topics", "--schema", "a\"b");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Schema must match", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_without_rights_is_told_what_it_lacks_and_a_wrong_name_that_it_is_refused()
    {
        await TopicAsync();
        await SqlAsync($"CREATE ROLE {Schema}_none LOGIN PASSWORD 'hush'; CREATE ROLE {Schema}_off NOLOGIN");
        try
        {
            foreach (var verb in Verbs.Append(["migrate"]))
                Assert.Equal((5, "pgpubsub: PostgreSQL answered 42501: the role lacks a privilege."), Told(await AsAsync("none", verb)));
            var (exitCode, said) = Told(await AsAsync("off", ["topics"]));
            Assert.Equal(5, exitCode);
            Assert.Matches("answered 28...: the server refuses the role or its password", said);
            await SqlAsync($"DROP SCHEMA {Schema} CASCADE");
            (exitCode, said) = Told(await AsAsync("none", ["migrate"]));
            Assert.Equal(5, exitCode);
            Assert.Contains("the role may not CREATE them (42501)", said, StringComparison.Ordinal);
        }
        finally
        {
            await SqlAsync($"DROP ROLE {Schema}_none; DROP ROLE {Schema}_off");
        }
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_told()
    {
        var run = await CliRun.StartAsync(new Dictionary<string, string> { ["PGPUBSUB_CONNECTION"] = With(builder => builder.Database = "none_such") }, "topics");

        Assert.Equal((3, "pgpubsub: PostgreSQL answered 3D000: the database is not there."), Told(run));
    }

    [Theory]
    [InlineData("There is no topic 'none'.", "topics", "--topic", "none")]
    [InlineData("There is no topic 'none'.", "topics", "clear", "none", "--yes")]
    [InlineData("There is no topic 'none'.", "retention", "show", "none")]
    [InlineData("There is no topic 'none'.", "retention", "set", "none", "--count", "1", "--yes")]
    [InlineData("There is no topic 'none'.", "groups", "--topic", "none")]
    [InlineData("The topic 'orders' has no group 'none'.", "groups", "--topic", "orders", "--group", "none")]
    [InlineData("No topic has a group 'none'.", "groups", "--group", "none")]
    [InlineData("There is no topic 'none'.", "seek", "none", "g", "--to", "0", "--yes")]
    [InlineData("The topic 'orders' has no group 'none'.", "seek", "orders", "none", "--to", "0", "--yes")]
    [InlineData("There is no topic 'none'.", "pause", "none", "g")]
    [InlineData("The topic 'orders' has no group 'none'.", "resume", "orders", "none")]
    [InlineData("The topic 'orders' has no group 'none'.", "drop", "group", "orders", "none", "--yes")]
    [InlineData("There is no topic 'none'.", "drop", "topic", "none", "--yes")]
    [InlineData("There is no topic 'none'.", "dead-letters", "list", "none")]
    [InlineData("There is no topic 'none'.", "dead-letters", "show", "none", "1")]
    [InlineData("There is no topic 'none'.", "dead-letters", "redrive", "none", "--all")]
    [InlineData("There is no topic 'none'.", "dead-letters", "purge", "none", "--all", "--yes")]
    [InlineData(@"There is no topic 'no\u009bne'.", "topics", "--topic", "no\u009bne")]
    public async Task What_is_not_there_is_named(string said, params string[] arguments)
    {
        await TopicAsync();

        var run = await RunAsync(arguments);

        Assert.Equal(said.Contains('\\', StringComparison.Ordinal) ? (2, "pgpubsub: The topic has a control character.") : (4, "pgpubsub: " + said), Told(run));
        Assert.Equal("", run.Output);
    }

    private static (int ExitCode, string Said) Told(CliRun run) => (run.ExitCode, run.Error);

    private Task<CliRun> AsAsync(string role, string[] verb) => CliRun.StartAsync(
        new Dictionary<string, string> { ["PGPUBSUB_CONNECTION"] = With(builder => (builder.Username, builder.Password) = ($"{Schema}_{role}", "hush")) }, [.. verb, "--schema", Schema]);

    private string With(Action<NpgsqlConnectionStringBuilder> change)
    {
        var builder = new NpgsqlConnectionStringBuilder(Server);
        change(builder);
        return builder.ConnectionString;
    }
}
