using CommitFeed.Journals;

namespace CommitFeed.Checks;

/// <summary>What must hold beside "nothing lost, nothing out of order".</summary>
internal static class Rules
{
    public static IEnumerable<string?> Broken(Evidence evidence, IReadOnlyList<JournalEntry> confirmed)
    {
        var events = confirmed.Select(Judge.Event).ToHashSet();
        Witness[] consumers = [.. evidence.Workers, .. new[] { evidence.FanOut, evidence.Late }.OfType<Witness>()];
        var handedOut = consumers.SelectMany(consumer => consumer.Of(Note.HandedOut)).ToList();

        yield return OffsetsAreComplete(confirmed) ? null : "the confirmed offsets are not 0, 1, 2, ... each once";
        yield return Count(handedOut.Count(entry => !events.Contains(Judge.Event(entry))), "hand-outs were of events that nobody published");
        yield return Count(handedOut.Count(entry => entry.Damaged), "hand-outs had other bytes than were published");
        yield return Count(RepeatedAttempts(evidence.Workers), "hand-outs to the group repeated an event without a higher attempt");
        yield return evidence.FanOut is null ? "there was no fan-out subscriber" : null;
        yield return ReplayAndLive(evidence.Late, confirmed);
    }

    private static string? Count(int found, string what) => found == 0 ? null : $"{found} {what}";

    private static bool OffsetsAreComplete(IEnumerable<JournalEntry> confirmed) =>
        confirmed.Select(entry => entry.Offset).Order().Select((offset, index) => offset == index).All(fits => fits);

    private static int RepeatedAttempts(IEnumerable<Witness> workers) => workers
        .SelectMany(worker => worker.Of(Note.HandedOut))
        .OrderBy(entry => entry.At)
        .GroupBy(entry => entry.Id)
        .Sum(handOuts => handOuts.Zip(handOuts.Skip(1)).Count(pair => pair.Second.Attempt <= pair.First.Attempt));

    private static string? ReplayAndLive(Witness? late, IEnumerable<JournalEntry> confirmed)
    {
        if (late is null)
            return "there was no late subscriber";
        var since = late.Of(Note.Subscribed).FirstOrDefault().At;
        var live = confirmed.Where(entry => entry.At > since).Select(Judge.Event).ToHashSet();
        var received = late.Of(Note.HandedOut).Select(Judge.Event).ToList();
        return received.Any(live.Contains) && !received.All(live.Contains) ? null : "the late subscriber did not get both history and live events";
    }
}
