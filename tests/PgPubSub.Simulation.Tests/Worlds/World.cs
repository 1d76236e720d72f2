namespace PgPubSub.Simulation.Tests.Worlds;

/// <summary>The time of a history and everything that is still to happen in it. One seed decides all: the same seed is the same history.</summary>
internal sealed class World
{
    private const int MostAtOnce = 20_000;

    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    private readonly PriorityQueue<Action, (long At, long No)> _coming = new();
    private readonly Action<string>? _told;
    private long _no, _ids, _atOnce;

    public World(int seed, Action<string>? trace)
    {
        Random = new Random(seed);
        _told = trace is null ? null : text => trace($"{Steps,5} {(Now - Start).TotalMilliseconds,9:0.000} ms  {text}");
    }

    public Random Random { get; }

    /// <summary>True time, which nobody in the history can read.</summary>
    public TimeSpan Now { get; private set; } = Start;

    public int Steps { get; private set; }

    /// <summary>What has happened in this history at least once, and how often.</summary>
    public int[] Hazards { get; } = new int[Enum.GetValues<Hazard>().Length];

    /// <summary>Where each step is told to; null while nobody watches, and then no text is made.</summary>
    public Action<string>? Trace => _told;

    public void Met(Hazard hazard) => Hazards[(int)hazard]++;

    public void After(TimeSpan wait, Action happens) => At(Now + wait, happens);

    public void At(TimeSpan moment, Action happens) => _coming.Enqueue(happens, (Math.Max(moment.Ticks, Now.Ticks), ++_no));

    /// <summary>The next thing happens.</summary>
    public void Step()
    {
        if (!_coming.TryDequeue(out var happens, out var when))
            throw new InvalidOperationException("Nothing is to come any more.");
        _atOnce = when.At == Now.Ticks ? _atOnce + 1 : 0;
        Check.That(_atOnce < MostAtOnce, "R3", () => $"somebody spins: {MostAtOnce} things happened in one moment");
        Now = TimeSpan.FromTicks(when.At);
        Steps++;
        happens();
    }

    /// <summary>An id that nobody else has.</summary>
    public Guid NewId() => new((int)++_ids, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0);

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public TimeSpan Span(double fromMilliseconds, double toMilliseconds) =>
        TimeSpan.FromTicks((long)((fromMilliseconds + ((toMilliseconds - fromMilliseconds) * Random.NextDouble())) * TimeSpan.TicksPerMillisecond));
}
