namespace PgPubSub.Actors;

/// <summary>
/// Handles events. A host makes one for each delivery, in a scope of its own of the host's services, and disposes the scope when it is through, before the delivery is acked.
/// It need not be registered; where it is, it is taken from the scope.
/// </summary>
/// <typeparam name="T">What an event is read as.</typeparam>
public interface IEventHandler<in T>
{
    /// <summary>Handles an event: unless <see cref="HandlerOptions.Settlement"/> says otherwise, returning acks and an exception nacks.</summary>
    /// <param name="event">The event.</param>
    /// <param name="delivery">The delivery, for its key, headers and attempt, and for an answer of the handler's own.</param>
    /// <param name="cancel">Cancelled when the message's deadline passes, its lease is lost or the host stops.</param>
    /// <returns>A task that ends when it is handled.</returns>
    Task HandleAsync(T @event, Delivery delivery, CancellationToken cancel);
}
