using Microsoft.Extensions.DependencyInjection;

namespace PgPubSub.Actors.Handlers;

/// <summary>A class, of which each event gets an object of its own, in a scope of its own.</summary>
internal sealed class ClassHandler<T, THandler>(IServiceScopeFactory? scopes = null) : IHandlerSource
    where THandler : class, IEventHandler<T>
{
    public Type? Class => typeof(THandler);

    public IHandlerSource Bind(IServiceProvider services) => new ClassHandler<T, THandler>(services.GetRequiredService<IServiceScopeFactory>());

    public async ValueTask<IHandling> OpenAsync()
    {
        AsyncServiceScope? opened = null;
        try
        {
            var scope = scopes!.CreateAsyncScope();
            opened = scope;
            if (scope.ServiceProvider.GetService<THandler>() is { } registered)
                return new Handling(registered, null, scope);
            var made = ActivatorUtilities.CreateInstance<THandler>(scope.ServiceProvider);
            return new Handling(made, made, scope);
        }
        catch (Exception e)
        {
            var unavailable = HandlerUnavailableException.Of(typeof(THandler), e, opened?.ServiceProvider);
            if (opened is { } scope)
                await scope.DisposeAsync();
            throw unavailable;
        }
    }

    // What is not registered is not disposed by the scope.
    private sealed class Handling(THandler handler, THandler? owned, AsyncServiceScope scope) : IHandling
    {
        public Task HandleAsync(object value, Delivery delivery, CancellationToken stop) => handler.HandleAsync((T)value, delivery, stop);

        public async ValueTask DisposeAsync()
        {
            try
            {
                if (owned is IAsyncDisposable later)
                    await later.DisposeAsync();
                else
                    (owned as IDisposable)?.Dispose();
            }
            finally
            {
                await scope.DisposeAsync();
            }
        }
    }
}
