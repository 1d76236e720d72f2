using PgPubSub.Streams.Feeds;

namespace PgPubSub.Streams.Sources;

/// <summary>Of a source that is started again when it fails: the one that runs, or ran last.</summary>
internal sealed class CurrentControl
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ISourceControl? _running;

    /// <summary>Completes when the first of them stands; fails or is cancelled with the stream where none does.</summary>
    public Task Started => _started.Task;

    public ISourceControl? Running => _running;

    public ISourceControl Run(ISourceControl source)
    {
        _running = source;
        source.Started.ContinueWith(
            _ => _started.TrySetResult(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return source;
    }

    /// <summary>The stream is over.</summary>
    public void End(Task done)
    {
        if (done.Exception is not { } failure)
            _started.TrySetCanceled();
        else if (_started.TrySetException(failure.InnerExceptions))
            _started.Task.Quietly();
    }
}
