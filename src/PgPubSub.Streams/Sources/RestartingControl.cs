using Akka.Streams;

namespace PgPubSub.Streams.Sources;

/// <summary>The handle of a source that is started again when it fails: stops the one that runs, and the back-off between two.</summary>
internal sealed class RestartingControl : ISourceControl
{
    private readonly UniqueKillSwitch _killSwitch;
    private readonly CurrentControl _current;

    public RestartingControl(UniqueKillSwitch killSwitch, Task completion, CurrentControl current)
    {
        (_killSwitch, Completion, _current) = (killSwitch, completion, current);
        completion.ContinueWith(current.End, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public Task Started => _current.Started;

    public Task Completion { get; }

    public void Stop() => _killSwitch.Shutdown();

    public async Task DrainAndShutdown(TimeSpan? timeout = null)
    {
        Stop();
        if (_current.Running is { } running)
            await running.DrainAndShutdown(timeout);
    }
}
