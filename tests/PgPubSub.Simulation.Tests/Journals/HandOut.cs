using PgPubSub.Simulation.Tests.Processes;

namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>How a hand-out ended, as its consumer sees it.</summary>
internal enum Ending
{
    None,
    Acked,
    Nacked,
    Buried,
    Late,
    Stopped,
    GivenBack,
    Lost,
}

/// <summary>A message in a consumer's hands, once.</summary>
internal sealed class HandOut(Process process, Claimed claim, long offset, int attempt, int consumer)
{
    public Process Process => process;

    public Claimed Claim => claim;

    public long Offset => offset;

    public int Attempt => attempt;

    public int Consumer => consumer;

    public Ending Ending { get; set; }

    /// <summary>Whether the next hand-out has a reason: this one failed, or its claim was lost.</summary>
    public bool IsOver => Ending is not (Ending.None or Ending.Acked) || claim.IsLost;

    public override string ToString() => $"hand-out {attempt} of {offset} by {process}";
}

/// <summary>An answer whose giver wants to hear what became of it.</summary>
internal sealed record Answer(HandOut HandOut, Ending Ending, bool WasOver)
{
    public bool IsTold { get; set; }
}
