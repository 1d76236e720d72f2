using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;
using PgPubSub.Postgres.Health;

namespace PgPubSub.Cli.Schema;

/// <summary>Brings the schema up to date, says what it lacks, or prints what would be run.</summary>
internal static class MigrateVerb
{
    public static Command Create()
    {
        var check = new Option<bool>("--check") { Description = "Only say whether the schema is up to date" };
        var script = new Option<bool>("--script") { Description = "Only print the SQL that would be run, for psql" };
        return new Command("migrate", "Makes the schema or brings it up to date.") { check, script }.Does(run => (run.Get(check), run.Get(script)) switch
        {
            (true, true) => throw CommandException.Usage("--check and --script exclude each other."),
            (true, _) => CheckAsync(run),
            (_, true) => ScriptAsync(run),
            _ => MigrateAsync(run),
        });
    }

    private static async Task<int> MigrateAsync(Invocation run)
    {
        var before = await run.Store.SchemaAsync(run.Stop);
        await run.Store.MigrateAsync(run.Stop);
        var after = await run.Store.SchemaAsync(run.Stop);
        run.Report.One(
            new { after.Name, after.Version, Applied = before.Lacks },
            before.Lacks.Count == 0 ? $"Schema {after.Name} is up to date at version {after.Version}." : $"Schema {after.Name} is now at version {after.Version}; applied {string.Join(", ", before.Lacks)}.");
        return ExitCode.Done;
    }

    private static async Task<int> CheckAsync(Invocation run)
    {
        var state = await run.Store.SchemaAsync(run.Stop);
        run.Report.One(
            new { state.Name, Standing = state.Standing.ToString().ToLowerInvariant(), state.Version, state.Wanted, state.Lacks },
            Faults.Problem(state) ?? $"Schema {state.Name} is up to date at version {state.Version}.");
        return state.Standing == SchemaStanding.Current ? ExitCode.Done : ExitCode.Found;
    }

    private static async Task<int> ScriptAsync(Invocation run)
    {
        var script = await run.Store.ScriptMigrationsAsync(run.Stop);
        if (run.Get(CommonOptions.Json))
            run.Report.One(new { Script = script });
        else
            run.Report.Text(script);
        return ExitCode.Done;
    }
}
