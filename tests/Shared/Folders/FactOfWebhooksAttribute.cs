namespace PgPubSub.Shared.Folders;

/// <summary>A fact about the file github-webhooks.jsonl, skipped where PGPUBSUB_TEST_DATA names no folder that holds it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOfWebhooksAttribute : FactAttribute
{
    public FactOfWebhooksAttribute() => Skip = Webhooks.Lacking;
}
