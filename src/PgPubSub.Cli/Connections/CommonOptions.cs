using System.CommandLine;
using PgPubSub.Postgres.Schema;

namespace PgPubSub.Cli.Connections;

/// <summary>The options that every verb has.</summary>
internal static class CommonOptions
{
    public static Option<string?> Connection { get; } = new("--connection")
    {
        Description = "An Npgsql connection string; else PGPUBSUB_CONNECTION, else the PG* variables", HelpName = "string", Recursive = true,
    };

    public static Option<string> Schema { get; } = new("--schema")
    {
        Description = "The schema that holds the tables", HelpName = "name", Recursive = true, DefaultValueFactory = _ => SchemaName.Default,
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON: a document a line", Recursive = true };

    public static Option<bool> Yes { get; } = new("--yes") { Description = "Don't ask before what can't be undone", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Show where an error came from", Recursive = true };

    public static IReadOnlyList<Option> All { get; } = [Connection, Schema, Json, Yes, Verbose];
}
