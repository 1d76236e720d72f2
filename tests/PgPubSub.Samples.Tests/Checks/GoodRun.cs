using CommitFeed.Checks;
using CommitFeed.Journals;

namespace PgPubSub.Samples.Tests.Checks;

/// <summary>The evidence of a run of ten events in which everything went well; specs spoil it.</summary>
internal static class GoodRun
{
    public const int Events = 10, HeldByVictim = 4, ReplayFrom = 2, LiveFrom = 8;
    public const long KilledAt = 100_000, TakenOverAt = 1_300_000;

    private static readonly Guid[] Ids = [.. Enumerable.Range(0, Events).Select(_ => Guid.NewGuid())];

    public static Evidence Evidence => new(
        Events, [.. Range(0, Events).Select(Confirmed)],
        [
            new Witness("victim", [Up, Entry(Note.HandedOut, 3), Entry(Note.HandedOut, HeldByVictim), Entry(Note.Handled, 3)]),
            new Witness("survivor",
            [
                Up, .. Range(0, Events).Where(offset => offset is not 3 and not HeldByVictim).SelectMany(offset => new[] { Entry(Note.HandedOut, offset), Entry(Note.Handled, offset) }),
                Entry(Note.HandedOut, HeldByVictim) with { At = TakenOverAt, Attempt = 2 }, Entry(Note.Handled, HeldByVictim) with { At = TakenOverAt + 1, Attempt = 2 },
            ]),
        ],
        new Witness("fan-out", [new JournalEntry(Note.Subscribed, 1, 0), .. Range(0, Events).Select(offset => Entry(Note.HandedOut, offset))]),
        new Witness("late", [new JournalEntry(Note.Subscribed, 150_000, ReplayFrom), .. Range(ReplayFrom, Events).Select(offset => Entry(Note.HandedOut, offset))]),
        new KilledWorker("victim", KilledAt), Failure: null);

    public static JournalEntry Entry(Note what, int offset) => new(what, 1_000 * offset, offset, Ids[offset], 1);

    public static Witness Without(this Witness witness, Note what, int offset) =>
        witness with { Entries = [.. witness.Entries.Where(entry => entry.What != what || entry.Offset != offset)] };

    public static Witness With(this Witness witness, params JournalEntry[] entries) => witness with { Entries = [.. witness.Entries, .. entries] };

    private static JournalEntry Up => new(Note.Up, 0, 0);

    private static JournalEntry Confirmed(int offset) => Entry(Note.Confirmed, offset) with { At = offset < LiveFrom ? offset : 200_000 + offset, Attempt = 0 };

    private static IEnumerable<int> Range(int from, int to) => Enumerable.Range(from, to - from);
}
