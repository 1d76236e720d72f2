using PgPubSub.Chaos.Scenes;
using PgPubSub.Testing;

namespace PgPubSub.Chaos.Faults;

/// <summary>What goes wrong while a scenario runs.</summary>
internal interface IFault : IAsyncDisposable
{
    /// <summary>The word by which it is asked for and reported, for example "restarts".</summary>
    string Name { get; }

    /// <summary>What it does, for the report: one line.</summary>
    string About { get; }

    /// <summary>Null where this machine can run it; else the reason why not.</summary>
    string? Missing => null;

    /// <summary>Whether it strikes single nodes or their sessions, so that others may take them over; what all of them share is nobody's death.</summary>
    bool NodesMayDie => false;

    /// <summary>Before the server starts: what it needs of its settings or its place.</summary>
    void Configure(ThrowawayOptions options) { }

    /// <summary>The server is up, no worker is yet: it may put something between them, by <see cref="Scene.WorkerConnectionString"/> and <see cref="Scene.WorkerEnvironment"/>.</summary>
    Task PrepareAsync(Scene scene) => Task.CompletedTask;

    /// <summary>Disturbs until told to end, then leaves everything as it was before.</summary>
    Task StrikeAsync(Scene scene, CancellationToken end);

    /// <summary>Whether there is something to prove by now; looked at while it strikes, and it is not told to end before.</summary>
    bool HasStruck { get; }

    /// <summary>What was struck, in words with numbers ("14 backends ended").</summary>
    /// <exception cref="FaultDidNotStrikeException">Nothing was.</exception>
    string Proof();

    /// <summary>Takes away what it had prepared; workers and server have ended.</summary>
    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;
}
