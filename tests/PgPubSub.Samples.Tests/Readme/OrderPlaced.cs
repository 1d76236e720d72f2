using PgPubSub.Actors;

namespace PgPubSub.Samples.Tests.Readme;

// snippet: event
[EventType("order.placed")] // the name that it travels under; without it, the CLR name
public sealed record OrderPlaced(string Order, decimal Total);
// end
