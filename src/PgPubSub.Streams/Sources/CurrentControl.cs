using PgPubSub.Streams.Feeds;

namespace PgPubSub.Streams.Sources;

/// <summary>Of a source that is started again when it fails: the one that runs, or ran last.</summary>
internal sealed class CurrentControl
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _changing = new();
    private ISourceControl? _running;
    private bool _stopped;

    /// <summary>Completes when the first of them stands; fails or is cancelled with the stream where none does.</summary>
    public Task Started => _started.Task;

    /// <summary>Another one runs from now on.</summary>
    public ISourceControl Run(ISourceControl source)
    {
        bool stopped;
        lock (_changing)
            (_running, stopped) = (source, _stopped);
        if (stopped)
            source.Stop();
        source.Started.ContinueWith(
            _ => _started.TrySetResult(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return source;
    }

    /// <summary>The one that runs completes, and any that follows it. What it is, if any.</summary>
    public ISourceControl? Stop()
    {
        ISourceControl? running;
        lock (_changing)
            (running, _stopped) = (_running, true);
        running?.Stop();
        return running;
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
