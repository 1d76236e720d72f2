using PgPubSub.Cli.Output;
using PgPubSub.Core.Faults;
using PgPubSub.Postgres.Health;

namespace PgPubSub.Cli.Connections;

/// <summary>What a failure means to whoever called the program: an exit code and one line.</summary>
internal static class Faults
{
    public static async Task<(int ExitCode, string Line)> ExplainAsync(Exception failure, Invocation run) => failure switch
    {
        CommandException told => (told.ExitCode, told.Message),
        OperationCanceledException when run.Stop.IsCancellationRequested => (ExitCode.Interrupted, "Interrupted."),
        StoreException { Kind: FaultKind.Schema } fault => await SchemaAsync(fault, run),
        StoreException fault => (CodeOf(fault), fault.Message),
        { } unwritten when StandardOutput.IsFull(unwritten) => (ExitCode.Unusable, "What there is to say can't be written: standard output is full or closed."),
        _ => (ExitCode.Bug, $"A bug: {failure.GetType().Name}. --verbose shows where."),
    };

    // A schema that is missing or old answers in as many ways as there are verbs: it is looked at, and what is wrong said in one way.
    private static async Task<(int ExitCode, string Line)> SchemaAsync(StoreException fault, Invocation run)
    {
        try
        {
            if (CodeOf(fault) != ExitCode.Refused && run.HasStore && Problem(await run.Store.SchemaAsync(run.Stop)) is { } problem)
                return (ExitCode.Unusable, problem);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            // The first fault says what there is to say.
        }

        return (CodeOf(fault), fault.Message);
    }

    /// <summary>What is wrong with a schema's version; null where nothing is.</summary>
    public static string? Problem(SchemaState state) => state.Standing switch
    {
        SchemaStanding.Missing => $"Schema {state.Name} is not there: run 'pgpubsub migrate' with a role that may CREATE.",
        SchemaStanding.Old => $"Schema {state.Name} is at version {state.Version} and lacks {string.Join(", ", state.Lacks)}: run 'pgpubsub migrate' with a role that may CREATE.",
        SchemaStanding.Newer => $"Schema {state.Name} is at version {state.Version}, which is newer than this program and marked breaking: update pgpubsub.",
        SchemaStanding.Foreign => $"Schema {state.Name} was made from other migrations than this program's.",
        _ => null,
    };

    private static int CodeOf(StoreException fault) => fault switch
    {
        { SqlState: "42501" } => ExitCode.Refused,
        { SqlState: { } state } when state.StartsWith("28", StringComparison.Ordinal) => ExitCode.Refused,
        { Kind: FaultKind.Gone } => ExitCode.Absent,
        { Kind: FaultKind.Unknown } => ExitCode.Unknown,
        { Kind: FaultKind.Refused } => ExitCode.Found,
        _ => ExitCode.Unusable,
    };
}
