using System.CommandLine;
using System.CommandLine.Invocation;
using PgPubSub.Cli.Completion;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Consuming;
using PgPubSub.Cli.DeadLetters;
using PgPubSub.Cli.Groups;
using PgPubSub.Cli.Nodes;
using PgPubSub.Cli.Output;
using PgPubSub.Cli.Publishing;
using PgPubSub.Cli.Schema;
using PgPubSub.Cli.Tailing;
using PgPubSub.Cli.Top;
using PgPubSub.Cli.Topics;
using PgPubSub.Cli.Verification;

namespace PgPubSub.Cli;

/// <summary>All verbs, and how a command line becomes the run of one.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Operates PgPubSub: topics, groups, dead letters, schema and nodes of a PostgreSQL database.");
        foreach (var option in CommonOptions.All)
            root.Add(option);
        foreach (var verb in new[]
                 {
                     MigrateVerb.Create(), TopicsVerb.Create(), RetentionVerb.Create(), GroupsVerb.Create(), PublishVerb.Create(), TailVerb.Create(), ConsumeVerb.Create(), SeekVerb.Create(), PauseVerb.Create(paused: true),
                     PauseVerb.Create(paused: false), DropVerb.Create(), DeadLettersVerb.Create(), VerifyVerb.Create(), NodesVerb.Create(), TopVerb.Create(), CompletionVerb.Create(),
                 })
            root.Add(verb);
        return root;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Create().Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            Verb.Say($"{Problem(parsed)} See 'pgpubsub --help'.");
            return ExitCode.Usage;
        }

        var bare = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await Interruption.RunHereAsync(stop => parsed.InvokeAsync(bare, stop), Verb.Say);
    }

    // Part of a connection string that was not quoted must not be shown.
    private static string Problem(ParseResult parsed) => parsed.UnmatchedTokens is [var token, ..]
        ? token.Contains('=', StringComparison.Ordinal) ? "There is an argument too many; is the connection string in quotes?" : $"'{token}' is no verb, option or argument here."
        : parsed.Errors[0].Message;
}
