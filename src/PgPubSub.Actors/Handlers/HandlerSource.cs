namespace PgPubSub.Actors.Handlers;

/// <summary>A handler that is ready for one event, and is done with after it.</summary>
internal interface IHandling : IAsyncDisposable
{
    Task HandleAsync(object value, Delivery delivery, CancellationToken stop);
}

/// <summary>Where the handler of each event comes from.</summary>
internal interface IHandlerSource
{
    /// <summary>The class whose objects handle; null for a function.</summary>
    Type? Class { get; }

    /// <summary>The same, with the services that it makes handlers of.</summary>
    IHandlerSource Bind(IServiceProvider services);

    /// <exception cref="HandlerUnavailableException">The handler can't be made.</exception>
    ValueTask<IHandling> OpenAsync();
}

/// <summary>A function, which is always ready.</summary>
internal sealed class FunctionHandler<T>(Func<T, Delivery, CancellationToken, Task> handler) : IHandlerSource, IHandling
{
    public Type? Class => null;

    public IHandlerSource Bind(IServiceProvider services) => this;

    public ValueTask<IHandling> OpenAsync() => ValueTask.FromResult<IHandling>(this);

    public Task HandleAsync(object value, Delivery delivery, CancellationToken stop) => handler((T)value, delivery, stop);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
