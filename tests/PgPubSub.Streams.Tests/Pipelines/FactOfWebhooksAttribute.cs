namespace PgPubSub.Streams.Tests.Pipelines;

/// <summary>A fact about the file github-webhooks.jsonl, skipped where PGPUBSUB_TEST_DATA names no folder that holds it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOfWebhooksAttribute : FactAttribute
{
    private const string Variable = "PGPUBSUB_TEST_DATA", Name = "github-webhooks.jsonl";

    public FactOfWebhooksAttribute()
    {
        if (File is null)
            Skip = $"{Variable} names no folder that holds {Name}";
    }

    public static string? File { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder && System.IO.File.Exists(Path.Combine(folder, Name)) ? Path.Combine(folder, Name) : null;
}
