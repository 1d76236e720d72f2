namespace PgPubSub.Worker;

/// <summary>What the worker's groups handle.</summary>
/// <param name="Kills">Whether the process that handles it dies of it.</param>
internal sealed record Job(bool Kills = false)
{
    /// <summary>The topic, and the group, of jobs that take no time.</summary>
    public const string Quick = "quick";

    /// <summary>The topic, and the group, of jobs that take a while, several at once.</summary>
    public const string Slow = "slow";
}
