namespace PgPubSub.Actors;

/// <summary>What becomes of an event whose type no handler takes.</summary>
public enum UnhandledType
{
    /// <summary>It becomes a dead letter at once.</summary>
    DeadLetter,

    /// <summary>It is acked without being handled.</summary>
    Skip,
}
