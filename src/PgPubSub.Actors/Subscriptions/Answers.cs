using Akka.Actor;
using Akka.Event;
using PgPubSub.Core.Deliveries;

namespace PgPubSub.Actors;

/// <summary>What settles a delivery, or extends it; made by the <see cref="Delivery"/>. Tell it to the delivery's sender, or give it to <see cref="Delivery.Settle"/>.</summary>
public interface IAnswer
{
    internal Delivery Delivery { get; }

    /// <summary>Whether it is to be answered itself.</summary>
    internal bool Confirm { get; }

    /// <summary>The same answer, to be answered itself.</summary>
    internal IAnswer Confirmed { get; }

    /// <summary>A subscription's machine takes it. False where the hand-out is over; an asker hears what became of it, but for an extension, which is not written.</summary>
    internal bool GiveTo(IAnswerTaker machine, object? asker, TimeSpan now);
}

/// <summary>It was handled. Made by <see cref="Delivery.Ack"/>.</summary>
public sealed class Ack : IAnswer, INoSerializationVerificationNeeded
{
    private readonly Delivery _delivery;

    internal Ack(Delivery delivery, bool confirm) => (_delivery, Confirm) = (delivery, confirm);

    internal DeliveryId Id => _delivery.Id;

    internal bool Confirm { get; }

    Delivery IAnswer.Delivery => _delivery;

    bool IAnswer.Confirm => Confirm;

    IAnswer IAnswer.Confirmed => new Ack(_delivery, confirm: true);

    bool IAnswer.GiveTo(IAnswerTaker machine, object? asker, TimeSpan now) => machine.Ack(Id, asker, now);
}

/// <summary>It failed. Made by <see cref="Delivery.Nack"/>.</summary>
public sealed class Nack : IAnswer, INoSerializationVerificationNeeded
{
    private readonly Delivery _delivery;

    internal Nack(Delivery delivery, string reason, TimeSpan? delay, bool confirm) => (_delivery, Reason, Delay, Confirm) = (delivery, reason, delay, confirm);

    internal DeliveryId Id => _delivery.Id;

    internal string Reason { get; }

    internal TimeSpan? Delay { get; }

    internal bool Confirm { get; }

    Delivery IAnswer.Delivery => _delivery;

    bool IAnswer.Confirm => Confirm;

    IAnswer IAnswer.Confirmed => new Nack(_delivery, Reason, Delay, confirm: true);

    bool IAnswer.GiveTo(IAnswerTaker machine, object? asker, TimeSpan now) => machine.Nack(Id, Reason, Delay, asker, now);
}

/// <summary>It will never succeed. Made by <see cref="Delivery.DeadLetter"/>.</summary>
public sealed class Bury : IAnswer, INoSerializationVerificationNeeded
{
    private readonly Delivery _delivery;

    internal Bury(Delivery delivery, string reason, bool confirm) => (_delivery, Reason, Confirm) = (delivery, reason, confirm);

    internal DeliveryId Id => _delivery.Id;

    internal string Reason { get; }

    internal bool Confirm { get; }

    Delivery IAnswer.Delivery => _delivery;

    bool IAnswer.Confirm => Confirm;

    IAnswer IAnswer.Confirmed => new Bury(_delivery, Reason, confirm: true);

    bool IAnswer.GiveTo(IAnswerTaker machine, object? asker, TimeSpan now) => machine.Bury(Id, Reason, asker, now);
}

/// <summary>It takes longer. Made by <see cref="Delivery.Extend"/>.</summary>
public sealed class Extend : IAnswer, INoSerializationVerificationNeeded
{
    private readonly Delivery _delivery;

    internal Extend(Delivery delivery, TimeSpan time, bool confirm = false) => (_delivery, Time, Confirm) = (delivery, time, confirm);

    internal DeliveryId Id => _delivery.Id;

    internal TimeSpan Time { get; }

    internal bool Confirm { get; }

    Delivery IAnswer.Delivery => _delivery;

    bool IAnswer.Confirm => Confirm;

    IAnswer IAnswer.Confirmed => new Extend(_delivery, Time, confirm: true);

    bool IAnswer.GiveTo(IAnswerTaker machine, object? asker, TimeSpan now) => machine.Extend(Id, Time, now);
}
