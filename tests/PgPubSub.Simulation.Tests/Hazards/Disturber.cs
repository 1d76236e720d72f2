using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Simulation.Tests.Journals;
using PgPubSub.Simulation.Tests.Processes;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Hazards;

/// <summary>Makes processes publish and consumers come and go, and does harm now and then.</summary>
internal sealed class Disturber(Setting setting)
{
    private readonly List<Process> _processes = [];
    private int _names;

    public IReadOnlyList<Process> Processes => _processes;

    private World World => setting.World;

    public void Start()
    {
        for (var i = 0; i < setting.Terms.Processes; i++)
            Launch();
        World.After(World.Span(0, 300), Traffic);
        World.After(World.Span(200, 600), Harm);
    }

    /// <summary>Harm ends; whoever is needed is there.</summary>
    public void Calm()
    {
        setting.IsCalm = true;
        setting.Database.Faults = 0;
        foreach (var process in _processes)
            process.Thaw();
        foreach (var group in setting.Groups)
            Now(setting.Database.Subscriptions.PauseAsync(group, paused: false));
        if (!_processes.Exists(process => process is { IsAlive: true, IsDraining: false }))
            Launch();
        foreach (var process in _processes.Where(process => process is { IsAlive: true, IsDraining: false }))
        {
            foreach (var member in process.Members)
                member.Audience.Join(5);
        }
    }

    private void Launch()
    {
        var process = new Process(setting, $"process {++_names}");
        World.Trace?.Invoke($"{process} starts");
        _processes.Add(process);
        process.Start();
        foreach (var member in process.Members)
        {
            for (var consumers = World.Random.Next(1, 3); consumers > 0; consumers--)
                member.Audience.Join(setting.Terms.Window);
        }
    }

    private void Replace(Process process)
    {
        World.After(World.Span(0, 600), () =>
        {
            _processes.Remove(process);
            Launch();
        });
    }

    private Process? Any()
    {
        var alive = _processes.Where(process => process is { IsAlive: true, IsFrozen: false, IsDraining: false }).ToArray();
        return alive.Length == 0 ? null : alive[World.Random.Next(alive.Length)];
    }

    private void Traffic()
    {
        if (setting.IsCalm)
            return;
        if (Any() is { } process)
            process.Publisher.Publish(World.Chance(0.2) ? World.Random.Next(2, 6) : 1);
        World.After(World.Chance(0.2) ? World.Span(0, 2) : World.Span(10, 120), Traffic);
    }

    private void Harm()
    {
        if (setting.IsCalm)
            return;
        if (Any() is { } process)
            Harm(process);
        World.After(World.Span(20, 300), Harm);
    }

    private void Harm(Process process)
    {
        var ttl = setting.Terms.TimeToLive.TotalMilliseconds;
        var member = process.Members[World.Random.Next(process.Members.Count)];
        switch (World.Random.Next(setting.Terms.Privates == 0 ? 21 : 26))
        {
            case < 3:
                process.Crash();
                Replace(process);
                break;
            case < 6:
                process.Freeze(World.Span(ttl * 0.2, ttl * 2));
                break;
            case 6:
                setting.Database.Crash(World.Span(0, 800));
                break;
            case 7:
                process.Depart();
                Replace(process);
                break;
            case 8:
                process.Listener.Break();
                break;
            case 9:
                Seek(member);
                break;
            case < 13:
                Trim();
                break;
            case < 15:
                Redrive(member);
                break;
            case 15:
                Pause(member.Group);
                break;
            case < 18:
                member.Audience.Join(setting.Terms.Window);
                break;
            case < 20:
                member.Audience.Leave();
                break;
            case 20:
                if (World.Chance(0.2))
                    Clear();
                break;
            case 21:
                process.Subscribe();
                break;
            case < 25:
                One(process)?.Crash();
                break;
            default:
                One(process)?.Leave();
                break;
        }
    }

    private void Seek(Member member)
    {
        var tail = setting.Journal.Log.Tail;
        Now(setting.Database.Subscriptions.SeekAsync(member.Group, StartFrom.Offset(World.Random.NextInt64(tail + 1))));
        member.Journal.Sought();
    }

    private void Trim()
    {
        if (World.Chance(0.6))
        {
            World.Met(Hazard.ClockStep);
            setting.Database.Clock.StepBy(TimeSpan.FromSeconds(70));
        }

        setting.Journal.Trimmed(setting.Database.Topics.TrimAsync(setting.Topic, CancellationToken.None).GetAwaiter().GetResult());
    }

    private void Clear()
    {
        var before = setting.Database.Memory.TopicsById[setting.Topic].Log.Floor;
        setting.Journal.Cleared(before, setting.Database.Topics.ClearTopicAsync(setting.Topic, CancellationToken.None).GetAwaiter().GetResult());
    }

    private PrivateSubscriber? One(Process process) => process.Privates.Count == 0 ? null : process.Privates[World.Random.Next(process.Privates.Count)];

    private void Redrive(Member member)
    {
        Now(setting.Database.DeadLetters.RedriveAsync(new DeadLetterFilter(setting.Topic) { Subscriber = member.Journal.Row.Name }, 0, 5));
        member.Journal.Redriven();
    }

    private void Pause(GroupKey group)
    {
        World.Met(Hazard.GroupPause);
        Now(setting.Database.Subscriptions.PauseAsync(group, paused: true));
        World.After(World.Span(50, 800), () => Now(setting.Database.Subscriptions.PauseAsync(group, paused: false)));
    }

    private static void Now(Task task) => task.GetAwaiter().GetResult();
}
