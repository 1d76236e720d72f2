using System.Diagnostics;
using System.Text;
using PgPubSub.Simulation.Tests.Plants;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests;

/// <summary>Many histories, as many at a time as there are processors; each by itself is single-threaded.</summary>
internal sealed class SimulationRun
{
    private readonly int[] _met = new int[Enum.GetValues<Hazard>().Length];
    private readonly Lock _lock = new();
    private readonly List<string> _found = [];
    private readonly TimeSpan _took;
    private int _histories;
    private long _steps;
    private int _least = int.MaxValue;
    private volatile int _broken;

    private SimulationRun(int seeds, Plant plant, int most)
    {
        var watch = Stopwatch.StartNew();
        var next = 0;
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (_broken < most && Interlocked.Increment(ref next) is var seed && seed <= seeds)
                Run(seed, plant);
        });
        _took = watch.Elapsed;
    }

    /// <summary>What was broken, and under which seed; the lowest seed that was found.</summary>
    public string? Broken { get; private set; }

    /// <summary>The seed that broke a rule.</summary>
    public int Seed { get; private set; }

    public string Rule { get; private set; } = "";

    /// <summary>What was seen.</summary>
    public string What { get; private set; } = "";

    /// <summary>Hazards that no history met.</summary>
    public IEnumerable<Hazard> Missing => Enum.GetValues<Hazard>().Where(hazard => _met[(int)hazard] == 0);

    public static SimulationRun Of(int seeds, Plant plant, int most = 1) => new(seeds, plant, most);

    public string Report()
    {
        var text = new StringBuilder();
        text.AppendLine($"{_histories} histories, {_steps} steps, at least {_least} each, {_took.TotalSeconds:0.0} s");
        foreach (var hazard in Enum.GetValues<Hazard>())
            text.AppendLine($"{hazard,-18} met by {_met[(int)hazard],6} histories");
        _found.ForEach(found => text.AppendLine(found));
        return text.ToString();
    }

    private void Run(int seed, Plant plant)
    {
        var history = new History(seed, plant);
        Exception? broken = null;
        try
        {
            history.Run();
        }
        catch (Exception e) // also what a machine or store throws: the seed must be told
        {
            broken = e;
        }

        lock (_lock)
            Add(seed, history, broken);
    }

    private void Add(int seed, History history, Exception? broken)
    {
        _histories++;
        _steps += history.Steps;
        if (broken is null)
            _least = Math.Min(_least, history.Steps);
        for (var i = 0; i < _met.Length; i++)
            _met[i] += history.Hazards[i] > 0 ? 1 : 0;
        if (broken is null)
            return;
        _broken++;
        _found.Add($"BROKEN seed {seed}, step {history.Steps}: {broken.Message}");
        if (Broken is not null && Seed < seed)
            return;
        Seed = seed;
        Rule = (broken as RuleBroken)?.Rule ?? broken.GetType().Name;
        What = broken.Message;
        Broken = $"seed {seed}, step {history.Steps}: {(broken is RuleBroken ? broken.Message : broken)}\nPGPUBSUB_SEED={seed} replays it step by step.";
    }
}
