namespace PgPubSub.Core.Deliveries;

/// <summary>Somebody who wants to hear when an answer is committed.</summary>
internal readonly record struct Confirmation(DeliveryId Id, object Asker);

/// <summary>What became of an answer.</summary>
internal enum AnswerOutcome
{
    /// <summary>It is committed.</summary>
    Committed,

    /// <summary>It changed nothing: the hand-out was over.</summary>
    TooLate,

    /// <summary>It may have been committed or not.</summary>
    Unknown,
}
