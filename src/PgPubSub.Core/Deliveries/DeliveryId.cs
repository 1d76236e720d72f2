namespace PgPubSub.Core.Deliveries;

/// <summary>Names one hand-out of one message; an answer to any other hand-out doesn't fit it.</summary>
/// <param name="Holding">The holding that the message came with, counted by its subscription.</param>
/// <param name="Index">The message's place in the holding.</param>
public readonly record struct DeliveryId(long Holding, int Index);
