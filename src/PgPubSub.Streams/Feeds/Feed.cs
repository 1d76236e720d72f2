using System.Collections.Concurrent;

namespace PgPubSub.Streams.Feeds;

/// <summary>What a feed's actor has for its stage, in order. The stage is woken once for all that has gathered.</summary>
internal sealed class Feed(Action wake)
{
    private readonly ConcurrentQueue<object> _waiting = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _woken;

    /// <summary>Completes when nothing is held any more.</summary>
    public Task Left => _left.Task;

    /// <summary>Completes when all subscriptions stand.</summary>
    public Task Started => _started.Task;

    public void Post(object message)
    {
        _waiting.Enqueue(message);
        if (Interlocked.Exchange(ref _woken, 1) == 0)
            wake();
    }

    /// <summary>Called by the woken stage before it takes what there is: what comes from now on wakes it again.</summary>
    public void Rearm() => Interlocked.Exchange(ref _woken, 0);

    public bool TryTake(out object message) => _waiting.TryDequeue(out message!);

    public void Start() => _started.TrySetResult();

    public void Fail(Exception failure)
    {
        if (_started.TrySetException(failure))
            _started.Task.Quietly();
    }

    public void Leave()
    {
        _started.TrySetCanceled();
        _left.TrySetResult();
    }
}
