using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.InMemory;
using PgPubSub.InMemory.DeadLetters;
using PgPubSub.InMemory.Leases;
using PgPubSub.InMemory.Log;
using PgPubSub.InMemory.Nodes;
using PgPubSub.InMemory.Subscriptions;
using PgPubSub.InMemory.Topics;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Databases;

/// <summary>
/// The one database. What it holds is the in-memory store, which keeps the same contract as PostgreSQL; around it are the ways a call may go: it travels, waits for an advisory lock,
/// commits or rolls back, and its answer travels back, late or never.
/// </summary>
internal sealed class Database
{
    private readonly World _world;
    private readonly Dictionary<object, Queue<Call>> _locks = [];
    private int _start;

    public Database(World world, Terms terms)
    {
        (_world, Faults) = (world, terms.Faults);
        Clock = new DatabaseClock(world);
        Memory = new Memory(Clock);
        Log = new InMemoryLog(Memory);
        Topics = new InMemoryTopics(Memory);
        Subscriptions = new InMemorySubscriptions(Memory);
        Deliveries = new InMemoryDeliveries(Memory);
        DeadLetters = new InMemoryDeadLetters(Memory);
        Nodes = new InMemoryNodes(Memory);
    }

    public DatabaseClock Clock { get; }

    public Memory Memory { get; }

    public ILogStore Log { get; set; }

    public ITopicStore Topics { get; set; }

    public ISubscriptionStore Subscriptions { get; set; }

    public IDeliveryStore Deliveries { get; set; }

    public IDeadLetterStore DeadLetters { get; set; }

    public INodeStore Nodes { get; set; }

    /// <summary>The lines that nodes listen on; each holds a presence lock.</summary>
    public List<Line> Lines { get; } = [];

    /// <summary>The share of calls that something happens to.</summary>
    public double Faults { get; set; }

    public bool IsDown { get; private set; }

    public void Send(Call call)
    {
        call.Start = _start;
        call.ReplyAfter = Latency();
        var travel = Latency();
        if (_world.Chance(Faults))
            travel = Disturb(call, travel);
        if (travel >= TimeSpan.Zero)
            _world.After(travel, () => Arrive(call));
    }

    /// <summary>The server ends at once: whatever was not committed never was, every connection and lock is lost, and for a while nobody is there.</summary>
    public void Crash(TimeSpan away)
    {
        _world.Met(Hazard.Restart);
        _world.Trace?.Invoke($"the server stops for {away.TotalMilliseconds:0} ms");
        _start++;
        IsDown = true;
        foreach (var call in _locks.Values.SelectMany(waiting => waiting))
            Break(call, FaultKind.Unknown);
        _locks.Clear();
        foreach (var line in Lines.ToArray())
            line.Drop();
        _world.After(away, () =>
        {
            _world.Trace?.Invoke("the server is back");
            IsDown = false;
        });
    }

    // Below zero: it never arrives.
    private TimeSpan Disturb(Call call, TimeSpan travel)
    {
        var patience = _world.Span(1, _world.Chance(0.2) ? 2_500 : 100);
        switch (_world.Random.Next(10))
        {
            case < 2:
                Note(Hazard.LostRequest, call);
                GiveUp(call, patience, _world.Chance(0.5) ? FaultKind.Transient : FaultKind.Unknown);
                return TimeSpan.FromTicks(-1);
            case < 5:
                Note(Hazard.LostReply, call);
                call.LosesReply = true;
                call.ReplyAfter = patience;
                return travel;
            case 5:
                Note(Hazard.LateExecution, call);
                GiveUp(call, patience, FaultKind.Unknown);
                return patience + _world.Span(0, _world.Chance(0.3) ? 4_000 : 200);
            case 6:
                call.IsRolledBack = true;
                Note(Hazard.Rollback, call);
                return travel;
            case 7:
                return travel + patience;
            default:
                Note(Hazard.LateReply, call);
                call.ReplyAfter = patience;
                return travel;
        }
    }

    private void Note(Hazard hazard, Call call)
    {
        _world.Met(hazard);
        _world.Trace?.Invoke($"{call.Caller}: {call.Name} meets {hazard}");
    }

    private void GiveUp(Call call, TimeSpan after, FaultKind kind)
    {
        call.IsGivenUp = true;
        _world.After(after, () => call.Caller.Do(() => call.Fail(kind)));
    }

    private void Arrive(Call call)
    {
        if (IsDown || call.Start != _start)
        {
            Break(call, call.Start != _start ? FaultKind.Unknown : FaultKind.Transient);
            return;
        }

        call.Begin();
        if (call.Key is not { } key)
        {
            Commit(call);
            return;
        }

        if (_locks.TryGetValue(key, out var waiting))
        {
            _world.Met(Hazard.LockWait);
            waiting.Enqueue(call);
            return;
        }

        _locks.Add(key, new Queue<Call>());
        Hold(call);
    }

    // From the lock to the commit.
    private void Hold(Call call) => _world.After(_world.Chance(Faults) ? _world.Span(0, 300) : _world.Span(0, 2), () =>
    {
        if (call.Start == _start)
            Release(call.Key!);
        Commit(call);
    });

    private void Release(object key)
    {
        if (_locks[key].TryDequeue(out var next))
            Hold(next);
        else
            _locks.Remove(key);
    }

    private void Commit(Call call)
    {
        if (call.Start != _start)
        {
            Break(call, FaultKind.Unknown);
            return;
        }

        if (call.IsRolledBack)
        {
            _world.Trace?.Invoke($"{call.Caller}: {call.Name} is rolled back");
            Break(call, FaultKind.Transient);
            return;
        }

        _world.Trace?.Invoke($"{call.Caller}: {call.Name} is committed");
        call.Commit();
        if (call.IsGivenUp)
            return;
        _world.After(call.ReplyAfter, () => call.Caller.Do(() =>
        {
            if (call.LosesReply || call.Start != _start)
                call.Fail(FaultKind.Unknown);
            else
                call.Answer();
        }));
    }

    private void Break(Call call, FaultKind kind)
    {
        if (!call.IsGivenUp)
            _world.After(_world.Span(0, 5), () => call.Caller.Do(() => call.Fail(kind)));
    }

    private TimeSpan Latency() => _world.Random.Next(8) == 0 ? _world.Span(0, 30) : _world.Span(0.1, 2);
}
