namespace PgPubSub.Streams;

/// <summary>The group or the topic of a source was dropped while it ran.</summary>
public sealed class SubscriptionEndedException : Exception
{
    internal SubscriptionEndedException(string topic, string? group, string reason)
        : base(group is null ? $"The subscription to {topic} is over: {reason}" : $"The subscription of group {group} to {topic} is over: {reason}") => (Topic, Group) = (topic, group);

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>The group, or null.</summary>
    public string? Group { get; }
}
