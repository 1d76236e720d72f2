namespace PgPubSub.Core.Faults;

/// <summary>
/// A store's call failed. The message is this product's own text and a SQLSTATE at most: what a server says may quote data, so
/// its exception is neither shown nor kept.
/// </summary>
/// <param name="kind">What it means.</param>
/// <param name="message">A sentence without data, names of events or connection strings.</param>
public sealed class StoreException(FaultKind kind, string message) : Exception(message)
{
    /// <summary>What it means to the caller.</summary>
    public FaultKind Kind { get; } = kind;

    /// <summary>The SQLSTATE that the server answered; null where it answered none or did not answer.</summary>
    public string? SqlState { get; init; }
}
