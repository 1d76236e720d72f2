namespace PgPubSub.Core.Subscriptions;

/// <summary>A group as an operator sees it.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Group">The group's name.</param>
/// <param name="Key">Its key.</param>
/// <param name="Position">The first offset that was never claimed.</param>
/// <param name="Tail">The offset that the topic's next event gets.</param>
/// <param name="LagAge">How long the first event that was never claimed has been waiting, by the database's clock; null where none waits.</param>
/// <param name="InFlight">Messages that some node has claimed and not settled.</param>
/// <param name="Retrying">Messages that wait for another attempt.</param>
/// <param name="Dead">Its dead letters.</param>
/// <param name="Paused">Whether it is paused.</param>
/// <param name="Rules">Its rules.</param>
/// <param name="Pattern">The pattern that made it, or null.</param>
public sealed record GroupStatus(
    string Topic, string Group, GroupKey Key, long Position, long Tail, TimeSpan? LagAge, long InFlight, long Retrying, long Dead, bool Paused, GroupRules Rules,
    string? Pattern)
{
    /// <summary>Events that were never claimed.</summary>
    public long Lag => Math.Max(0, Tail - Position);
}
