using PgPubSub.Actors.Handlers;

namespace PgPubSub.Actors;

/// <summary>
/// The handlers of a group, one for each type of event. The event's type name decides: it stands for the type that was registered under it in
/// <see cref="PgPubSubOptions.EventTypes"/>, or for a handled class under the name that it travels under.
/// </summary>
public sealed class EventHandlers
{
    private readonly List<HandlerRoute> _all = [];

    internal IReadOnlyList<HandlerRoute> All => _all;

    /// <summary>Handles events of a type.</summary>
    /// <typeparam name="T">
    /// The type. A base class or an interface takes every registered type that is assignable to it; of several handlers that could take a type, the one of the most
    /// specific type does. One that takes nothing, two of one type, and two of which neither is more specific are refused at start.
    /// </typeparam>
    /// <param name="handler">The handler. Its token is cancelled when the message's deadline passes, its lease is lost or the host stops.</param>
    /// <returns>These handlers.</returns>
    public EventHandlers On<T>(Func<T, Delivery, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _all.Add(HandlerRoute.Of(handler));
        return this;
    }

    /// <summary>Handles events of a type with objects of a class, one for each delivery, made in a scope of its own.</summary>
    /// <typeparam name="T">The type, as for <see cref="On{T}(Func{T, Delivery, CancellationToken, Task})"/>.</typeparam>
    /// <typeparam name="THandler">The class; it need not be registered.</typeparam>
    /// <returns>These handlers.</returns>
    public EventHandlers On<T, THandler>()
        where THandler : class, IEventHandler<T>
    {
        _all.Add(HandlerRoute.Of<T, THandler>());
        return this;
    }
}
