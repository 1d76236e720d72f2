using PgPubSub.Core.Faults;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>The way to the database: a call may fail, lose its reply, or be given up and be served much later.</summary>
internal sealed class Line(Random random, int faultPercent)
{
    private readonly List<Func<Action>> _zombies = [];

    public void Serve(Process process, StoreCall call)
    {
        if (random.Next(100) >= faultPercent)
        {
            Reply(process, call);
            return;
        }

        var fate = random.Next(4);
        if (fate == 1)
            Apply(call.Serve);
        else if (fate == 2)
            _zombies.Add(call.Serve);
        process.Messages.Add(() => call.Fail(fate == 0 ? FaultKind.Transient : FaultKind.Unknown));
    }

    /// <summary>Without a fault.</summary>
    public static void Reply(Process process, StoreCall call)
    {
        try
        {
            process.Messages.Add(call.Serve());
        }
        catch (StoreException failure)
        {
            process.Messages.Add(() => call.Fail(failure.Kind));
        }
    }

    /// <summary>The caller is gone, its calls are not.</summary>
    public void Orphan(Process process) => _zombies.AddRange(process.Calls.Select(call => call.Serve));

    public void ServeZombie()
    {
        if (_zombies.Count == 0)
            return;
        var at = random.Next(_zombies.Count);
        var zombie = _zombies[at];
        _zombies.RemoveAt(at);
        Apply(zombie);
    }

    public void ServeZombies()
    {
        while (_zombies.Count > 0)
            ServeZombie();
    }

    private static void Apply(Func<Action> serve)
    {
        try
        {
            serve();
        }
        catch (StoreException)
        {
            // nobody is there to hear it
        }
    }
}
