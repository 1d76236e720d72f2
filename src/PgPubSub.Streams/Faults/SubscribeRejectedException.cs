namespace PgPubSub.Streams;

/// <summary>The hub rejected what a source asked for, and would again.</summary>
public sealed class SubscribeRejectedException : Exception
{
    internal SubscribeRejectedException(string topics, string? group, string reason)
        : base(group is null ? $"{topics} can't be subscribed to: {reason}" : $"Group {group} of {topics} can't be joined: {reason}")
    {
    }
}
