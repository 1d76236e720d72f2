using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Dispatch;

namespace PgPubSub.Actors.Tests;

/// <summary>Runs nothing until it is released: its actors are what a busy machine has not come to yet.</summary>
public sealed class HeldDispatcher(MessageDispatcherConfigurator configurator) : MessageDispatcher(configurator)
{
    private readonly ConcurrentQueue<IRunnable> _held = [];
    private volatile bool _released;

    public void Release()
    {
        _released = true;
        RunHeld();
    }

    protected override void ExecuteTask(IRunnable run)
    {
        _held.Enqueue(run);
        if (_released)
            RunHeld();
    }

    protected override void Shutdown()
    {
    }

    private void RunHeld()
    {
        while (_held.TryDequeue(out var run))
            ThreadPool.UnsafeQueueUserWorkItem(static one => one.Run(), run, preferLocal: false);
    }
}

/// <summary>Makes the one dispatcher of its section of the configuration.</summary>
public sealed class HeldDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly HeldDispatcher _dispatcher;

    public HeldDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => _dispatcher = new HeldDispatcher(this);

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
