using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Checks;

/// <summary>One hand-out of an event to a member, and all that came of it.</summary>
/// <param name="Journal">Whose.</param>
/// <param name="Fact">What the member wrote down when it got it.</param>
internal sealed record HandOut(WorkerJournal Journal, Fact Fact)
{
    private readonly Dictionary<Note, Fact> _next = [];

    public long At => Fact.At;

    public int Attempt => Fact.Attempt;

    /// <summary>When the member did or heard that, or null.</summary>
    public Fact? On(Note what) => _next.GetValueOrDefault(what);

    /// <summary>Whether it was settled for good: an ack or a burial that was confirmed.</summary>
    public bool IsSettled => On(Note.AckConfirmed) is not null || (On(Note.Buried) is not null && On(Note.OtherConfirmed) is not null);

    public override string ToString() => $"attempt {Attempt} of {Fact.Topic} at {Fact.Offset} in {Journal.Worker}.{Journal.Start}";

    /// <summary>All of them, by event, in the order of their attempts.</summary>
    public static IReadOnlyDictionary<(string Topic, long Offset), IReadOnlyList<HandOut>> In(Evidence evidence) =>
        evidence.Workers.SelectMany(Of).GroupBy(handOut => (handOut.Fact.Topic, handOut.Fact.Offset))
            .ToDictionary(same => same.Key, same => (IReadOnlyList<HandOut>)[.. same.OrderBy(handOut => handOut.Attempt).ThenBy(handOut => handOut.At)]);

    private static IEnumerable<HandOut> Of(WorkerJournal journal)
    {
        var open = new Dictionary<(string, long, int), HandOut>();
        foreach (var fact in journal.Facts)
        {
            var key = (fact.Topic, fact.Offset, fact.Attempt);
            if (fact.What is Note.HandedOut)
                yield return open[key] = new HandOut(journal, fact);
            else if (fact.Attempt > 0 && open.TryGetValue(key, out var handOut))
                handOut._next.TryAdd(fact.What, fact);
        }
    }
}
