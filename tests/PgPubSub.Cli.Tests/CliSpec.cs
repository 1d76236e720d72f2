using System.Globalization;
using System.Text;
using Npgsql;
using PgPubSub.Cli.Tests.Runs;
using PgPubSub.Cli.Tests.Terminals;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Docker;
using PgPubSub.Postgres;

namespace PgPubSub.Cli.Tests;

/// <summary>A spec that runs the program against a real server, in a schema of its own.</summary>
public abstract class CliSpec : IAsyncLifetime
{
    protected string Schema { get; } = "cli_" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    protected string Server { get; private set; } = "";

    /// <summary>What leads a run to it.</summary>
    protected IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["PGPUBSUB_CONNECTION"] = Server };

    /// <summary>The same schema without the program; migrated on first use.</summary>
    protected PostgresStore Store { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Server = (await TestServers.SharedAsync()).ConnectionString;
        Store = new PostgresStore(new PostgresStoreOptions { ConnectionString = Server, Schema = Schema });
    }

    public virtual async Task DisposeAsync()
    {
        await Store.DisposeAsync();
        await SqlAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE");
    }

    /// <summary>Runs a verb on this spec's schema.</summary>
    internal Task<CliRun> RunAsync(params IEnumerable<string> arguments) => FeedAsync("", arguments);

    /// <summary>Runs a verb on this spec's schema with something on standard input.</summary>
    internal Task<CliRun> FeedAsync(string input, params IEnumerable<string> arguments) => CliRun.FeedAsync(input, Environment, [.. arguments, "--schema", Schema]);

    /// <summary>Starts a verb that goes on until something ends it.</summary>
    internal RunningCli Start(params IEnumerable<string> arguments) => new(Environment, [.. arguments, "--schema", Schema]);

    /// <summary>Runs a script in which <c>$CLI</c> is the program.</summary>
    internal Task<CliRun> ShellAsync(string script) => CliRun.InShellAsync(script, Environment);

    /// <summary>Runs a verb that must do its work and say nothing on standard error.</summary>
    internal async Task<CliRun> DoAsync(params IEnumerable<string> arguments)
    {
        var run = await RunAsync(arguments);
        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
        return run;
    }

    /// <summary>Opens a terminal in which the program finds this spec's server.</summary>
    internal Task<Terminal> TerminalAsync(int width = 100, int height = 30, string? server = null) =>
        Terminal.OpenAsync(new Dictionary<string, string> { ["PGPUBSUB_CONNECTION"] = server ?? Server }, width, height);

    protected async Task<TopicId> TopicAsync(string name = "orders", int events = 0)
    {
        var topic = (await Store.Log.EnsureTopicAsync(name, Retention.Default, CancellationToken.None)).Id;
        if (events > 0)
            await AppendAsync(topic, events);
        return topic;
    }

    protected async Task AppendAsync(TopicId topic, int events, long tail = 0) =>
        await Store.Log.AppendAsync(topic, tail, [.. Enumerable.Range(0, events).Select(i => new NewEvent(Guid.CreateVersion7(), "order.placed", "secret-key", Encoding.UTF8.GetBytes($$"""{"secret":"payload-{{i}}"}"""), null, null))]);

    protected async Task<GroupKey> GroupAsync(TopicId topic, string name = "billing") =>
        (await Store.Subscriptions.EnsureGroupAsync(topic, name, StartFrom.Earliest, GroupRules.Default, change: true, CancellationToken.None)).Key;

    protected async Task<string> SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>Waits until a question is answered with yes.</summary>
    protected async Task UntilAsync(string question)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await SqlAsync(question) != "True")
            late.Token.ThrowIfCancellationRequested();
    }
}
