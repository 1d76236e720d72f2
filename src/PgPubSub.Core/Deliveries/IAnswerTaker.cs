namespace PgPubSub.Core.Deliveries;

/// <summary>What takes a consumer's answers.</summary>
internal interface IAnswerTaker
{
    /// <summary>A consumer answers; an asker hears what became of it. False where the hand-out was over: then nothing changes.</summary>
    bool Ack(DeliveryId id, object? asker, TimeSpan now);

    /// <inheritdoc cref="Ack"/>
    bool Nack(DeliveryId id, string why, TimeSpan? delay, object? asker, TimeSpan now);

    /// <summary>A consumer buries it: it becomes a dead letter whatever attempts it has left.</summary>
    /// <inheritdoc cref="Ack"/>
    bool Bury(DeliveryId id, string why, object? asker, TimeSpan now);

    /// <summary>A consumer needs longer: it has this long from now on. False where the hand-out is over.</summary>
    bool Extend(DeliveryId id, TimeSpan time, TimeSpan now);

    /// <summary>Answers that were gathered by whoever gives them: they are taken as one, and written at once.</summary>
    void Together(Action give, TimeSpan now);
}
