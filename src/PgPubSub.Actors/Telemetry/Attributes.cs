namespace PgPubSub.Actors.Telemetry;

/// <summary>
/// Names of attributes. Those of <c>messaging</c> and <c>error</c> are from OpenTelemetry's semantic conventions for messaging; ours stand under <c>pgpubsub</c>.
/// </summary>
internal static class Attributes
{
    public const string
        System = "messaging.system",
        Topic = "messaging.destination.name",
        Group = "messaging.consumer.group.name",
        Operation = "messaging.operation.name",
        OperationType = "messaging.operation.type",
        EventId = "messaging.message.id",
        BatchCount = "messaging.batch.message_count",
        ErrorType = "error.type",
        Instance = "pgpubsub.instance",
        EventType = "pgpubsub.event.type",
        Offset = "pgpubsub.offset",
        Attempt = "pgpubsub.attempt",
        Outcome = "pgpubsub.outcome";

    /// <summary>The value of <see cref="System"/>.</summary>
    public const string PgPubSub = "pgpubsub";
}
