namespace PgPubSub.Streams;

/// <summary>The store can't be reached, and the source was told to fail then.</summary>
/// <param name="reason">Why, without data.</param>
public sealed class StoreUnavailableException(string reason) : Exception("The store can't be reached: " + reason);
