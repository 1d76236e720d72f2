using PgPubSub.Actors;

namespace Shop;

[EventType("order.placed")]
public sealed record OrderPlaced(string Order, decimal Total);
