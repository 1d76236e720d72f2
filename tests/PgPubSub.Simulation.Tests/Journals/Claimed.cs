namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>A lease or claimed retries, as the journal of commits has them.</summary>
internal sealed class Claimed(int no, Guid node, bool isSuspect)
{
    /// <summary>The order of commits.</summary>
    public int No => no;

    public Guid Node => node;

    public bool IsSuspect => isSuspect;

    /// <summary>What is not settled of it, with the attempts that it had.</summary>
    public Dictionary<long, int> Open { get; } = [];

    public Dictionary<long, HandOut> HandOuts { get; } = [];

    /// <summary>When it was taken from its node; null where it never was.</summary>
    public TimeSpan? LostAt { get; private set; }

    public string LostBy { get; private set; } = "";

    public bool IsLost => LostAt is not null;

    public void Lose(TimeSpan at, string by)
    {
        (LostAt, LostBy) = (at, by);
        Open.Clear();
    }
}
