namespace PgPubSub.Shared.Folders;

/// <summary>Real webhooks, a JSON document a line, where this machine has them.</summary>
internal static class Webhooks
{
    private const string Variable = "PGPUBSUB_TEST_DATA", Name = "github-webhooks.jsonl";

    /// <summary>The file; null where there is none.</summary>
    public static string? File { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder && System.IO.File.Exists(Path.Combine(folder, Name)) ? Path.GetFullPath(Path.Combine(folder, Name)) : null;

    /// <summary>Null where there is one; else the reason why not.</summary>
    public static string? Lacking => File is null ? $"{Variable} names no folder that holds {Name}" : null;
}
