using Akka.Event;

namespace PgPubSub.Actors.Handlers;

/// <summary>A handler that runs, and its token. Used by its actor alone.</summary>
internal sealed class RunningHandler(Delivery delivery, ILoggingAdapter logger)
{
    private readonly CancellationTokenSource _stop = new();
    private Task? _cancelling;

    public CancellationToken Token => _stop.Token;

    // Callbacks that the application registered run on the pool: on the actor's thread they could block it, or crash it.
    public void Cancel() => _cancelling ??= _stop.CancelAsync().ContinueWith(Look, TaskScheduler.Default);

    /// <summary>The handler is through, and its place free.</summary>
    public void End()
    {
        delivery.EndHandling();
        if (_cancelling is null)
            _stop.Dispose();
        else
            _cancelling.ContinueWith(_ => _stop.Dispose(), TaskScheduler.Default);
    }

    private void Look(Task cancelling)
    {
        if (cancelling.Exception is { } failure)
            logger.Warning("A callback of a handler's token failed: {0}", failure.GetBaseException().GetType().Name);
    }
}
