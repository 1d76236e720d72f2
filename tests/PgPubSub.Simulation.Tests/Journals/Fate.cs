namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>What became of one event for one group.</summary>
internal sealed class Fate
{
    /// <summary>Who has it.</summary>
    public Claimed? Owner { get; set; }

    /// <summary>Whether the group is through with it.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Whether somebody was told that his ack of it is committed.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>Whether a dead letter is kept of it.</summary>
    public bool HasLetter { get; set; }

    /// <summary>Whether its retry has a copy of the event, so that the log may lose it.</summary>
    public bool HasCopy { get; set; }

    /// <summary>Whether history took it before the group was through with it.</summary>
    public bool IsGone { get; set; }

    /// <summary>Claims up to this one were before a seek or redrive, and count no more.</summary>
    public int Since { get; set; } = -1;

    /// <summary>Whether a node died that had it out for the last time: it may come once more, alone.</summary>
    public bool DiedAtLast { get; set; }

    public List<HandOut> HandOuts { get; } = [];

    /// <summary>It begins anew.</summary>
    public void Reset(int no)
    {
        (Owner, IsSettled, IsConfirmed, IsGone, Since, DiedAtLast) = (null, false, false, false, no, false);
        HandOuts.Clear();
    }
}
