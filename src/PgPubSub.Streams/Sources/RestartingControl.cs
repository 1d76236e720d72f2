using Akka.Streams;
using PgPubSub.Streams.Feeds;

namespace PgPubSub.Streams.Sources;

/// <summary>The handle of a source that is started again when it fails. What runs is stopped at its source, so that what is on its way still arrives; the switch ends a back-off.</summary>
internal sealed class RestartingControl : ISourceControl
{
    private readonly UniqueKillSwitch _killSwitch;
    private readonly CurrentControl _current;

    public RestartingControl(UniqueKillSwitch killSwitch, Task completion, CurrentControl current)
    {
        (_killSwitch, _current, Completion) = (killSwitch, current, completion.Quietly());
        completion.ContinueWith(current.End, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public Task Started => _current.Started;

    public Task Completion { get; }

    public void Stop() => Halt();

    public Task DrainAndShutdown(TimeSpan? timeout = null)
    {
        SourceControl.Check(timeout);
        return Halt()?.DrainAndShutdown(timeout) ?? Task.CompletedTask;
    }

    private ISourceControl? Halt()
    {
        var running = _current.Stop();
        if (running is { Completion.IsCompleted: true })
            _killSwitch.Shutdown();
        return running;
    }
}
