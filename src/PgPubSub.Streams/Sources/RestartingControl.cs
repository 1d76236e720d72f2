using Akka.Streams;

namespace PgPubSub.Streams.Sources;

/// <summary>The handle of a source that is started again when it fails: stops the one that runs, and the back-off between two.</summary>
internal sealed class RestartingControl(UniqueKillSwitch killSwitch, Task completion, CurrentControl current) : ISourceControl
{
    public Task Started => current.Started;

    public Task Completion => completion;

    public void Stop() => killSwitch.Shutdown();

    public async Task DrainAndShutdown(TimeSpan? timeout = null)
    {
        Stop();
        if (current.Running is { } running)
            await running.DrainAndShutdown(timeout);
    }
}
