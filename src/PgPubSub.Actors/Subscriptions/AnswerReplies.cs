using Akka.Event;

namespace PgPubSub.Actors;

/// <summary>Everything that an answer can be answered with.</summary>
public interface IAnswerReply;

/// <summary>The answer is committed: a message that was acked or buried is never delivered to this group again. An extension counts, and is not written.</summary>
public sealed record AnswerConfirmed : IAnswerReply, IDeadLetterSuppression;

/// <summary>The answer changed nothing, or its outcome is unknown: the message may be delivered again.</summary>
/// <param name="Reason">Why.</param>
/// <param name="OutcomeUnknown">Whether it may have been committed all the same.</param>
public sealed record AnswerRefused(string Reason, bool OutcomeUnknown) : IAnswerReply, IDeadLetterSuppression;

/// <summary>A delivery is no longer the consumer's own: its deadline passed, its lease was lost or its subscription ended. An answer to it changes nothing.</summary>
/// <param name="Delivery">The delivery as it was handed out.</param>
/// <param name="Reason">Why.</param>
public sealed record DeliveryRevoked(Delivery Delivery, string Reason) : IDeadLetterSuppression;
