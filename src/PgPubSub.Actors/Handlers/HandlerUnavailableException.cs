using Microsoft.Extensions.DependencyInjection;

namespace PgPubSub.Actors.Handlers;

/// <summary>A handler's object can't be made. The text names types alone: what a constructor throws may quote anything.</summary>
internal sealed class HandlerUnavailableException : Exception
{
    private HandlerUnavailableException(Type handler, string why)
        : base($"The handler {handler} can't be made: {why}.") => Handler = handler;

    public Type Handler { get; }

    public static HandlerUnavailableException Of(Type handler, Exception failure, IServiceProvider? services)
    {
        var missing = failure is InvalidOperationException ? HandlerClass.Missing(handler, services?.GetService<IServiceProviderIsService>()) : null;
        return new HandlerUnavailableException(handler, missing is null ? $"{failure.GetBaseException().GetType()} was thrown" : $"no service is registered of {missing}");
    }
}
