using CommitFeed.Journals;

namespace CommitFeed.Checks;

/// <summary>Judges a run by its journals alone. An event is its offset and its id together; what the publisher was told is the measure.</summary>
internal static class Judge
{
    public const double MostTakeoverMs = 2_000;

    public static Verdict Of(Evidence evidence)
    {
        var confirmed = evidence.Publisher.Where(entry => entry.What == Note.Confirmed).ToList();
        var handled = evidence.Workers.SelectMany(worker => worker.Of(Note.Handled)).Select(Event).ToList();
        var (group, fanOut, late) = (handled.ToHashSet(), Received(evidence.FanOut), Received(evidence.Late));

        var lostToGroup = confirmed.Count(entry => !group.Contains(Event(entry)));
        var lostToFanOut = Lost(confirmed, evidence.FanOut, fanOut);
        var lostToLate = Lost(confirmed, evidence.Late, late);
        var outOfOrder = OutOfOrder(fanOut) + OutOfOrder(late);
        var takeover = Takeover.MillisecondsOf(evidence);
        var report = new Report(
            confirmed.Count, group.Count, handled.Count - group.Count, fanOut.Count, late.Count, lostToGroup + lostToFanOut + lostToLate, outOfOrder, takeover);

        string?[] problems =
        [
            evidence.Failure,
            confirmed.Count == evidence.Planned ? null : $"{evidence.Planned} events were to be published, {confirmed.Count} were confirmed",
            lostToGroup == 0 ? null : $"the group never handled {lostToGroup} confirmed events",
            lostToFanOut == 0 ? null : $"the fan-out subscriber never got {lostToFanOut} confirmed events",
            lostToLate == 0 ? null : $"the late subscriber never got {lostToLate} confirmed events",
            outOfOrder == 0 ? null : $"{outOfOrder} events came to a subscriber out of order or again",
            .. Rules.Broken(evidence, confirmed),
            takeover switch
            {
                null => "no event that the killed worker held was handed out elsewhere",
                > MostTakeoverMs => $"the takeover took {takeover} ms, more than {MostTakeoverMs}",
                _ => null,
            },
        ];
        return new Verdict(report, [.. problems.OfType<string>()]);
    }

    internal static (long Offset, Guid Id) Event(JournalEntry entry) => (entry.Offset, entry.Id);

    private static List<(long Offset, Guid Id)> Received(Witness? reader) => reader is null ? [] : [.. reader.Of(Note.HandedOut).Select(Event)];

    private static int Lost(List<JournalEntry> confirmed, Witness? reader, List<(long, Guid)> received)
    {
        var seen = received.ToHashSet();
        return reader is null ? 0 : confirmed.Count(entry => entry.Offset >= reader.Position && !seen.Contains(Event(entry)));
    }

    private static int OutOfOrder(List<(long Offset, Guid Id)> received)
    {
        var (highest, count) = (-1L, 0);
        foreach (var (offset, _) in received)
        {
            if (offset <= highest)
                count++;
            highest = Math.Max(highest, offset);
        }

        return count;
    }
}
