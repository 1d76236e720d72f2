namespace PgPubSub.Samples.Tests.Readme;

// snippet: event
public sealed record OrderPlaced(string Order, decimal Total);
// end
