using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Publishing;

/// <summary>What a publisher's actor is to do.</summary>
internal abstract record PublishEffect
{
    private PublishEffect() { }

    /// <summary>Find or make the topic; answered with Opened or OpenFailed.</summary>
    public sealed record Open : PublishEffect;

    /// <summary>Append; answered with Appended or AppendFailed.</summary>
    public sealed record Append(TopicId Topic, long KnownTail, IReadOnlyList<NewEvent> Events) : PublishEffect;

    /// <summary>A unit is committed.</summary>
    public sealed record Published(PublishUnit Unit, long First) : PublishEffect;

    /// <summary>A unit is not, or can't be known to be.</summary>
    public sealed record Rejected(PublishUnit Unit, string Reason, bool CanRetry) : PublishEffect;

    /// <summary>The topic has come that far: wake who reads it.</summary>
    public sealed record Committed(TopicTail Tail) : PublishEffect;
}
