using PgPubSub.Actors;

namespace PgPubSubWorker.Orders;

/// <summary>A customer has placed an order. The attribute names it in the log, so the class may be renamed.</summary>
[EventType("order.placed")]
public sealed record OrderPlaced(string Order, decimal Total);
