using Akka.Actor;
using Akka.Event;
using PgPubSub.Core.Deliveries;

namespace PgPubSub.Actors;

/// <summary>What a consumer tells a delivery's sender; made by the <see cref="Delivery"/>.</summary>
public interface IAnswer;

/// <summary>It was handled. Made by <see cref="Delivery.Ack"/>.</summary>
public sealed class Ack : IAnswer, INoSerializationVerificationNeeded
{
    internal Ack(DeliveryId id, bool confirm) => (Id, Confirm) = (id, confirm);

    internal DeliveryId Id { get; }

    internal bool Confirm { get; }
}

/// <summary>It failed. Made by <see cref="Delivery.Nack"/>.</summary>
public sealed class Nack : IAnswer, INoSerializationVerificationNeeded
{
    internal Nack(DeliveryId id, string reason, TimeSpan? delay, bool confirm) => (Id, Reason, Delay, Confirm) = (id, reason, delay, confirm);

    internal DeliveryId Id { get; }

    internal string Reason { get; }

    internal TimeSpan? Delay { get; }

    internal bool Confirm { get; }
}

/// <summary>It will never succeed. Made by <see cref="Delivery.DeadLetter"/>.</summary>
public sealed class Bury : IAnswer, INoSerializationVerificationNeeded
{
    internal Bury(DeliveryId id, string reason, bool confirm) => (Id, Reason, Confirm) = (id, reason, confirm);

    internal DeliveryId Id { get; }

    internal string Reason { get; }

    internal bool Confirm { get; }
}

/// <summary>It takes longer. Made by <see cref="Delivery.Extend"/>.</summary>
public sealed class Extend : IAnswer, INoSerializationVerificationNeeded
{
    internal Extend(DeliveryId id, TimeSpan time) => (Id, Time) = (id, time);

    internal DeliveryId Id { get; }

    internal TimeSpan Time { get; }
}

/// <summary>Everything that an answer can be answered with.</summary>
public interface IAnswerReply;

/// <summary>The answer is committed: a message that was acked or buried is never delivered to this group again.</summary>
public sealed record AnswerConfirmed : IAnswerReply, IDeadLetterSuppression;

/// <summary>The answer changed nothing, or its outcome is unknown: the message may be delivered again.</summary>
/// <param name="Reason">Why.</param>
/// <param name="OutcomeUnknown">Whether it may have been committed all the same.</param>
public sealed record AnswerRefused(string Reason, bool OutcomeUnknown) : IAnswerReply, IDeadLetterSuppression;

/// <summary>A delivery is no longer the consumer's own: its deadline passed, its lease was lost or its subscription ended. An answer to it changes nothing.</summary>
/// <param name="Delivery">The delivery as it was handed out.</param>
/// <param name="Reason">Why.</param>
public sealed record DeliveryRevoked(Delivery Delivery, string Reason) : IDeadLetterSuppression;
