using Akka.Streams;
using Akka.Streams.Dsl;

namespace PgPubSub.Streams.Sources;

/// <summary>Sources that are started again when they fail, with a handle that survives that.</summary>
internal static class Restarts
{
    /// <summary>A source that is built anew for each run, since its attempts share something.</summary>
    public static Source<T, ISourceControl> EachRun<T>(Func<Source<T, ISourceControl>> build) =>
        Source.Setup((_, _) => build()).MapMaterializedValue(control => (ISourceControl)new DeferredControl(control));

    /// <summary>One run of it.</summary>
    public static Source<T, ISourceControl> Of<T>(Func<Source<T, ISourceControl>> attempt, RestartSettings settings)
    {
        var current = new CurrentControl();
        return RestartSource.OnFailuresWithBackoff(() => attempt().MapMaterializedValue(current.Run), settings)
            .ViaMaterialized(KillSwitches.Single<T>(), Keep.Right)
            .WatchTermination((killSwitch, done) => (ISourceControl)new RestartingControl(killSwitch, done, current));
    }
}
