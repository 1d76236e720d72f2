using Akka.Actor;

namespace PgPubSub.Streams.Feeds;

/// <summary>The handle of one running source.</summary>
internal sealed class SourceControl : ISourceControl
{
    private static readonly TimeSpan MostPatience = TimeSpan.FromDays(1);

    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _beginning = new();
    private Action? _stop;
    private bool _stopped;
    private IActorRef _actor = ActorRefs.Nobody;

    public SourceControl(Action wake) => Feed = new Feed(wake);

    public Feed Feed { get; }

    public Task Started => Feed.Started;

    public Task Completion => _completed.Task;

    /// <summary>The stage runs: from now on it can be told to stop. One that was told before it ran stops at once.</summary>
    public void Begin(ActorSystem system, IActorRef actor, Action stop)
    {
        RunningSources.Of(system).Add(this);
        lock (_beginning)
            (_actor, _stop) = (actor, stop);
        if (_stopped)
            stop();
    }

    public void Stop()
    {
        Action? stop;
        lock (_beginning)
            (stop, _stopped) = (_stop, true);
        stop?.Invoke();
    }

    public Task DrainAndShutdown(TimeSpan? timeout = null)
    {
        Check(timeout);
        Stop();
        return timeout is null ? Feed.Left : DrainAsync(timeout.Value);
    }

    public static void Check(TimeSpan? timeout)
    {
        if (timeout is not { } time)
            return;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(timeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, MostPatience, nameof(timeout));
    }

    public void Complete(Exception? failure)
    {
        if (failure is null)
        {
            _completed.TrySetResult();
            return;
        }

        Feed.Fail(failure);
        _completed.TrySetException(failure);
        _completed.Task.Quietly();
    }

    private async Task DrainAsync(TimeSpan timeout)
    {
        try
        {
            await Feed.Left.WaitAsync(timeout);
        }
        catch (TimeoutException)
        {
            _actor.Tell(GiveUp.Instance);
            await Feed.Left;
        }
    }
}
