using PgPubSub.Core.Retries;

namespace PgPubSub.Core.Subscriptions;

/// <summary>What holds for every member of a group; stored with it.</summary>
/// <param name="AckDeadline">How long a consumer may hold a message before it counts as failed; it starts when the message is handed out.</param>
/// <param name="Retry">When a failed message comes back.</param>
public sealed record GroupRules(TimeSpan AckDeadline, RetryRules Retry)
{
    /// <summary>A deadline of 30 s and <see cref="RetryRules.Default"/>; every event; dead letters are kept.</summary>
    public static GroupRules Default { get; } = new(TimeSpan.FromSeconds(30), RetryRules.Default);

    /// <summary>Which events are wanted; null: every one.</summary>
    public EventFilter? Filter { get; init; }

    /// <summary>Whether a message whose attempts are exhausted becomes a dead letter; otherwise it is dropped, and the log says so.</summary>
    /// <value>The default is true.</value>
    public bool DeadLetter { get; init; } = true;
}
