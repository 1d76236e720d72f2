using CommitFeed.Journals;

namespace CommitFeed.Checks;

/// <summary>How long the killed worker's events waited for somebody else.</summary>
internal static class Takeover
{
    /// <summary>What the victim had been handed and had not handled.</summary>
    public static HashSet<(long Offset, Guid Id)> HeldBy(Witness victim)
    {
        var held = victim.Of(Note.HandedOut).Select(Judge.Event).ToHashSet();
        held.ExceptWith(victim.Of(Note.Handled).Select(Judge.Event));
        return held;
    }

    /// <summary>From the kill to the first hand-out elsewhere of an event that the victim held; null where there was none.</summary>
    public static double? MillisecondsOf(Evidence evidence)
    {
        if (evidence.Killed is not { } killed || evidence.Workers.FirstOrDefault(worker => worker.Name == killed.Name) is not { } victim)
            return null;
        var held = HeldBy(victim);
        var first = evidence.Workers.Where(worker => worker != victim)
            .SelectMany(worker => worker.Of(Note.HandedOut))
            .Where(entry => entry.At >= killed.At && held.Contains(Judge.Event(entry)))
            .Select(entry => (long?)entry.At)
            .Min();
        return first is null ? null : Math.Round((first.Value - killed.At) / 1_000d, 1);
    }
}
