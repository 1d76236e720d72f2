namespace PgPubSub.Soak;

/// <summary>How long events took from being published to being handed out, since the last look.</summary>
internal sealed class Latencies
{
    private readonly Lock _lock = new();
    private List<double> _all = [];

    /// <summary>Events that were not taken: under a load this steady, each is a failure.</summary>
    public int Rejected { get; private set; }

    public void Reject()
    {
        lock (_lock)
            Rejected++;
    }

    public void Add(double milliseconds)
    {
        lock (_lock)
            _all.Add(milliseconds);
    }

    /// <summary>Takes them, in ascending order.</summary>
    public double[] Take()
    {
        List<double> all;
        lock (_lock)
            (all, _all) = (_all, []);
        return [.. all.Order()];
    }

    /// <summary>The value that so many of them do not exceed; of none, infinity: nothing came.</summary>
    public static double Percentile(double[] sorted, double part) => sorted.Length == 0 ? double.PositiveInfinity : sorted[(int)Math.Min(sorted.Length - 1, part * sorted.Length)];
}
