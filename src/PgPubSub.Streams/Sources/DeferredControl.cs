using PgPubSub.Streams.Feeds;

namespace PgPubSub.Streams.Sources;

/// <summary>The handle of a source that is built when it runs.</summary>
internal sealed class DeferredControl(Task<ISourceControl> built) : ISourceControl
{
    public Task Started { get; } = OfAsync(built, control => control.Started).Quietly();

    public Task Completion { get; } = OfAsync(built, control => control.Completion).Quietly();

    public void Stop() => _ = OfAsync(built, control =>
    {
        control.Stop();
        return Task.CompletedTask;
    }).Quietly();

    public Task DrainAndShutdown(TimeSpan? timeout = null)
    {
        SourceControl.Check(timeout);
        return OfAsync(built, control => control.DrainAndShutdown(timeout));
    }

    private static async Task OfAsync(Task<ISourceControl> built, Func<ISourceControl, Task> of) => await of(await built);
}
