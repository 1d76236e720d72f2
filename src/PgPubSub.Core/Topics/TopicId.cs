namespace PgPubSub.Core.Topics;

/// <summary>The number under which the store knows a topic; stable for the topic's life, never reused.</summary>
/// <param name="Value">The number as stored.</param>
public readonly record struct TopicId(int Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"topic {Value}";
}
