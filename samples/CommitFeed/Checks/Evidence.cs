using CommitFeed.Journals;

namespace CommitFeed.Checks;

/// <summary>What the journals of a run say; everything that is judged.</summary>
/// <param name="Planned">How many events were to be published.</param>
/// <param name="Publisher">What was confirmed to the publisher.</param>
/// <param name="Workers">The members of the group, the killed one included.</param>
/// <param name="FanOut">The private subscriber that was there from the beginning; null where the run did not get that far.</param>
/// <param name="Late">The one that came late and replayed; null likewise.</param>
/// <param name="Killed">The worker that was killed; null likewise.</param>
/// <param name="Failure">What ended the run early, or null.</param>
internal sealed record Evidence(
    int Planned, IReadOnlyList<JournalEntry> Publisher, IReadOnlyList<Witness> Workers, Witness? FanOut, Witness? Late, KilledWorker? Killed, string? Failure);

/// <summary>A process and its journal.</summary>
internal sealed record Witness(string Name, IReadOnlyList<JournalEntry> Entries)
{
    public IEnumerable<JournalEntry> Of(Note what) => Entries.Where(entry => entry.What == what);

    /// <summary>Where a reader began.</summary>
    public long Position => Of(Note.Subscribed).FirstOrDefault().Offset;
}

/// <summary>A worker was killed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="At">When, in microseconds of the journals' clock.</param>
internal sealed record KilledWorker(string Name, long At);
