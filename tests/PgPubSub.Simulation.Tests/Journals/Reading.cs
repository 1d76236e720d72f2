namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>How far a private subscriber has come with one event.</summary>
internal enum Stage
{
    Unread,
    Out,
    Failed,
    Burying,
    Settled,
    Lost,
}

/// <summary>One event before one private subscriber.</summary>
internal sealed class Reading(PrivateJournal journal, long offset)
{
    public long Offset => offset;

    public Stage Stage { get; set; }

    /// <summary>The number of its last hand-out; 0 before the first.</summary>
    public int Attempt { get; set; }

    /// <summary>Whether its subscriber needs nothing more of it.</summary>
    public bool IsOver => Stage is Stage.Settled or Stage.Lost;

    public override string ToString() => $"{offset} for {journal}";
}

/// <summary>An answer to a hand-out of a private subscriber whose giver wants to hear what became of it.</summary>
internal sealed record PrivateAnswer(Reading Reading, bool WasOver, bool IsBurial)
{
    public bool IsTold { get; set; }
}
