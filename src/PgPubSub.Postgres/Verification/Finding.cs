namespace PgPubSub.Postgres.Verification;

/// <summary>One thing that is wrong, or in the way.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="What">What was seen, in a sentence without any event's content.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record Finding(FindingKind Kind, string What, string Advice)
{
    /// <summary>The topic's name; null where it is about none.</summary>
    public string? Topic { get; init; }

    /// <summary>The group's name, or that of a private subscriber with a dead letter; null where it is about none.</summary>
    public string? Group { get; init; }

    /// <summary>The offset; null where it is about none.</summary>
    public long? Offset { get; init; }

    /// <summary>Who is in the way; null where nobody is.</summary>
    public Holder? Holder { get; init; }
}
