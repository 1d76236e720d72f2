using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Simulation.Tests.Databases;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>One process with the machines of one node. It may be frozen and go on, or die; its monotonic clock is its own and runs a little fast or slow.</summary>
internal sealed class Process
{
    private readonly Queue<Action> _held = new();
    private readonly long _ahead, _rate;
    private readonly string _name;
    private readonly List<PrivateSubscriber> _privates = [];

    public Process(Setting setting, string name)
    {
        (Setting, _name) = (setting, name);
        _ahead = setting.World.Random.Next(1, 1_000_000_000);
        _rate = setting.World.Random.Next(-2_000, 2_001); // parts in a million
        if (_rate != 0)
            setting.World.Met(Hazard.ClockSkew);
        Node = new NodeLife(this);
        Listener = new NodeListener(this);
        Poll = new NodePoll(this);
        Publisher = new Publisher(this);
        Reader = new NodeReader(this);
        Marks = new NodeMarks(this);
        Members = [.. setting.Groups.Select(group => new Member(this, group))];
    }

    public Setting Setting { get; }

    public World World => Setting.World;

    public Terms Terms => Setting.Terms;

    public Database Database => Setting.Database;

    public NodeLife Node { get; }

    public NodeListener Listener { get; }

    public NodePoll Poll { get; }

    public Publisher Publisher { get; }

    public IReadOnlyList<Member> Members { get; }

    public NodeReader Reader { get; }

    public NodeMarks Marks { get; }

    public IReadOnlyList<PrivateSubscriber> Privates => _privates;

    public SuspectLine Suspects { get; } = new();

    public bool IsAlive { get; private set; } = true;

    public bool IsFrozen { get; private set; }

    /// <summary>Whether it is told to stop.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>What its own clock says.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_ahead + World.Now.Ticks + (World.Now.Ticks / 1_000_000 * _rate));

    public void Start()
    {
        Node.Start();
        Poll.Start();
        foreach (var member in Members)
            member.Start();
        for (var i = 0; i < Terms.Privates; i++)
            Subscribe();
    }

    /// <summary>A private subscriber begins here.</summary>
    public void Subscribe()
    {
        var from = World.Random.Next(3) switch
        {
            0 => StartFrom.Latest,
            1 => StartFrom.Earliest,
            _ => StartFrom.Offset(World.Random.NextInt64(Setting.Journal.Log.Tail + 3)),
        };
        var wanted = World.Random.Next(4) switch
        {
            0 => Terms.Rare,
            1 => Terms.Usual,
            _ => null,
        };
        var subscriber = new PrivateSubscriber(this, new PrivateTerms($"subscriber {Setting.Journal.Privates.Count + 1}", from, wanted, World.Random.Next(1, 8)));
        _privates.Add(subscriber);
        subscriber.Start();
    }

    /// <summary>A private subscriber is no more.</summary>
    public void Forget(PrivateSubscriber subscriber) => _privates.Remove(subscriber);

    /// <summary>Something reaches the process: now, or when it is thawed, or never.</summary>
    public void Do(Action happens)
    {
        if (!IsAlive)
            return;
        if (IsFrozen)
            _held.Enqueue(happens);
        else
            happens();
    }

    /// <summary>One part tells another something: it comes later, as a message does.</summary>
    public void Post(Action message) => World.After(TimeSpan.Zero, () => Do(message));

    /// <summary>After a while by its own clock.</summary>
    public void After(TimeSpan wait, Action happens) => World.At(TrueTime(Now + wait), () => Do(happens));

    /// <summary>When its own clock will have come to a moment.</summary>
    public TimeSpan TrueTime(TimeSpan moment)
    {
        var guess = (moment.Ticks - _ahead) * 1_000_000 / (1_000_000 + _rate);
        return TimeSpan.FromTicks(guess + 1_000_000);
    }

    public void Freeze(TimeSpan time)
    {
        if (IsFrozen)
            return;
        World.Met(Hazard.Pause);
        World.Trace?.Invoke($"{this} freezes for {time.TotalMilliseconds:0} ms");
        IsFrozen = true;
        World.After(time, Thaw);
    }

    public void Thaw()
    {
        if (!IsFrozen || !IsAlive)
            return;
        World.Trace?.Invoke($"{this} goes on, {_held.Count} things wait for it");
        IsFrozen = false;
        if (Node.Id is { } id && !Setting.Database.Memory.Nodes.ContainsKey(id))
            World.Met(Hazard.Zombie);
        while (!IsFrozen && IsAlive && _held.TryDequeue(out var next))
            next();
    }

    /// <summary>It is killed: what it sent may still be done.</summary>
    public void Crash()
    {
        World.Met(Hazard.Crash);
        World.Trace?.Invoke($"{this} is killed");
        End();
    }

    /// <summary>It stops in order: nothing new is taken, what is out may be answered for a while, then it departs.</summary>
    public void Depart()
    {
        if (IsDraining)
            return;
        IsDraining = true;
        World.Met(Hazard.Departure);
        World.Trace?.Invoke($"{this} is told to stop");
        foreach (var member in Members)
            member.Drain();
        foreach (var subscriber in _privates.ToArray())
            subscriber.Drain();
        After(World.Span(50, 700), () =>
        {
            foreach (var member in Members)
                member.LeaveAll();
            foreach (var subscriber in _privates.ToArray())
                subscriber.Finish();
            After(World.Span(20, 100), () => Node.Leave(End));
        });
    }

    public void Send<T>(string name, object? key, Func<Task<T>> run, Action<T>? committed, Action<T> answered, Action<FaultKind> failed) =>
        Database.Send(new Call<T>(this, name, key, run, committed, answered, failed));

    /// <summary>The topic has come that far: whoever is here and cares hears it.</summary>
    public void Wake(TopicTail tail)
    {
        Publisher.Wake(tail.Tail);
        Post(() => Reader.Wake(tail.Tail));
        foreach (var member in Members)
            Post(() => member.Wake(tail.Tail));
    }

    public override string ToString() => _name;

    private void End()
    {
        if (!IsAlive)
            return;
        IsAlive = false;
        _held.Clear();
        Publisher.End();
        Setting.Journal.Ended(this);
        World.After(World.Span(0, 300), () => Listener.Cut());
    }
}
