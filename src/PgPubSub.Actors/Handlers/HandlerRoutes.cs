namespace PgPubSub.Actors.Handlers;

/// <summary>A handler, and what an event is read as for it.</summary>
internal sealed record HandlerRoute(Type Type, IHandlerSource Source)
{
    public static HandlerRoute Of<T>(Func<T, Delivery, CancellationToken, Task> handler) => new(typeof(T), new FunctionHandler<T>(handler));

    public static HandlerRoute Of<T, THandler>() where THandler : class, IEventHandler<T> => new(typeof(T), new ClassHandler<T, THandler>());
}

/// <summary>Which handler an event goes to.</summary>
internal sealed class HandlerRoutes
{
    private readonly Func<string, HandlerRoute?> _find;

    private HandlerRoutes(Func<string, HandlerRoute?> find) => _find = find;

    /// <summary>Every event is read as one type.</summary>
    public static HandlerRoutes Every<T>(Func<T, Delivery, CancellationToken, Task> handler) => Every(HandlerRoute.Of(handler));

    /// <inheritdoc cref="Every{T}"/>
    public static HandlerRoutes Every(HandlerRoute route) => new(_ => route);

    /// <summary>The event's type name decides.</summary>
    public static HandlerRoutes ByName(IReadOnlyDictionary<string, HandlerRoute> routes) => new(routes.GetValueOrDefault);

    /// <summary>Null where no handler takes the type.</summary>
    public HandlerRoute? Of(string type) => _find(type);
}
