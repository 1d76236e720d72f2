using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Checks;

/// <summary>Why an event may be handed out once more.</summary>
internal enum Explanation
{
    /// <summary>It may not.</summary>
    None,

    /// <summary>The member nacked it.</summary>
    Nack,

    /// <summary>The member held it past its deadline.</summary>
    Deadline,

    /// <summary>The member's process died with it, or was taken for dead.</summary>
    Death,

    /// <summary>The member was told that its lease was lost, after something had gone wrong.</summary>
    LostLease,

    /// <summary>The member's answer was never confirmed, after something had gone wrong.</summary>
    LostConfirmation,
}

/// <summary>Finds the reason.</summary>
internal sealed class Explanations(Evidence evidence)
{
    // A member writes down a hand-out a moment after the deadline began to run.
    private const long Slack = 300_000;

    private readonly ILookup<(string, long), Fact> _scene = evidence.Scene.OrderBy(fact => fact.At).ToLookup(fact => (fact.Topic, fact.Number));

    /// <summary>Why one hand-out was followed by another with a higher attempt.</summary>
    public Explanation Of(HandOut first, HandOut next)
    {
        if (first.IsSettled)
            return Explanation.None;
        if (first.On(Note.Nacked) is not null)
            return Explanation.Nack;
        if (DiedWith(first, next.At))
            return Explanation.Death;
        if (next.At - first.At >= evidence.Limits.AckDeadline.TotalMicroseconds - Slack && (first.On(Note.Acked) is not { } ack || ack.At - first.At >= evidence.Limits.AckDeadline.TotalMicroseconds - Slack))
            return Explanation.Deadline;
        if (next.At < evidence.FaultBegan)
            return Explanation.None;
        if (first.On(Note.Revoked) is not null)
            return Explanation.LostLease;
        return first.On(Note.Acked) is not null || first.On(Note.Buried) is not null ? Explanation.LostConfirmation : Explanation.None;
    }

    /// <summary>Whether a member's process was killed or frozen while it held an event, before a moment.</summary>
    public bool DiedWith(HandOut handOut, long before)
    {
        var frozen = false;
        foreach (var fact in _scene[(handOut.Journal.Worker, handOut.Journal.Start)])
        {
            if (fact.At >= before)
                break;
            if (fact.What is Note.Killed || (fact.What is Note.Frozen && fact.At >= handOut.At))
                return true;
            frozen = fact.What switch { Note.Frozen => true, Note.Continued => frozen && fact.At < handOut.At, _ => frozen };
        }

        return frozen; // it read its mailbox after it went on
    }
}
