using System.CommandLine;
using PgPubSub.Cli.Output;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres;
using PgPubSub.Postgres.Schema;

namespace PgPubSub.Cli.Connections;

/// <summary>One run of a verb: what was given, the database, and where to answer.</summary>
internal sealed class Invocation : IAsyncDisposable
{
    private readonly ParseResult _parsed;
    private readonly Lazy<PostgresStore> _store;

    public Invocation(ParseResult parsed, CancellationToken stop)
    {
        (_parsed, Stop) = (parsed, stop);
        Schema = parsed.GetValue(CommonOptions.Schema)!;
        Report = new Report(StandardOutput.Open(), parsed.GetValue(CommonOptions.Json), !Console.IsOutputRedirected);
        _store = new Lazy<PostgresStore>(Open);
    }

    public CancellationToken Stop { get; }

    public Report Report { get; }

    public string Schema { get; }

    /// <summary>The stores; nothing is migrated by itself.</summary>
    public PostgresStore Store => _store.Value;

    public bool HasStore => _store.IsValueCreated;

    public T Get<T>(Argument<T> argument) => _parsed.GetValue(argument)!;

    public T Get<T>(Option<T> option) => _parsed.GetValue(option)!;

    public async Task<TopicStatus> TopicAsync(string name)
    {
        Require(NameRule.Problem("topic", name));
        var found = await Store.Topics.ListTopicsAsync(name, Stop);
        return found.Count > 0 ? found[0] : throw CommandException.Absent($"There is no topic '{name}'.");
    }

    /// <summary>Finds a topic, and makes it where it is not there.</summary>
    public async Task<TopicState> EnsureTopicAsync(string name)
    {
        Require(NameRule.Problem("topic", name));
        return await Store.Log.EnsureTopicAsync(name, Retention.Default, Stop);
    }

    public async Task<GroupKey> GroupAsync(string topic, string group)
    {
        Require(NameRule.Problem("topic", topic) ?? NameRule.Problem("group", group));
        if (await Store.Subscriptions.FindGroupAsync(topic, group, Stop) is { } key)
            return key;
        await TopicAsync(topic);
        throw CommandException.Absent($"The topic '{topic}' has no group '{group}'.");
    }

    /// <summary>Ends the command as not understood where there is a problem.</summary>
    public static void Require(string? problem)
    {
        if (problem is not null)
            throw CommandException.Usage(problem);
    }

    /// <summary>Asks whether to do what can't be undone; goes on by itself with <c>--yes</c>.</summary>
    public async Task ConfirmAsync(string question)
    {
        if (Get(CommonOptions.Yes))
            return;
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
            throw CommandException.Usage($"{question} Nobody can be asked here: say --yes.");
        Console.Error.Write($"{Texts.Printable(question)} [y/N] ");
        var answer = await Task.Run(Console.ReadLine).WaitAsync(Stop); // Ctrl-C is an answer too
        if (answer?.Trim() is not ("y" or "Y" or "yes"))
            throw new CommandException(ExitCode.Found, "Nothing was done.");
    }

    public ValueTask DisposeAsync() => HasStore ? Store.DisposeAsync() : ValueTask.CompletedTask;

    private PostgresStore Open()
    {
        Require(SchemaName.Problem(Schema));
        var connection = ConnectionChoice.Make(Get(CommonOptions.Connection), Environment.GetEnvironmentVariable);
        return new PostgresStore(new PostgresStoreOptions
        {
            ConnectionString = connection, Schema = Schema, AutoMigrate = false, MaxConnections = PostgresStoreOptions.LeastConnections,
        });
    }
}
