using PgPubSub.Core.Topics;

namespace PgPubSub.Core.DeadLetters;

/// <summary>Names some dead letters of a topic: those that meet all that is set.</summary>
/// <param name="Topic">The topic.</param>
public sealed record DeadLetterFilter(TopicId Topic)
{
    /// <summary>The dead letter with this number alone.</summary>
    public long? Id { get; init; }

    /// <summary>Those of this group or private subscriber.</summary>
    public string? Subscriber { get; init; }

    /// <summary>Those whose event has this type.</summary>
    public string? Type { get; init; }

    /// <summary>Those that died at this moment or after, by the database's clock.</summary>
    public DateTimeOffset? DiedFrom { get; init; }

    /// <summary>Those that died before this moment.</summary>
    public DateTimeOffset? DiedBefore { get; init; }
}
