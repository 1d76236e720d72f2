using PgPubSub.Chaos.Journals;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Checks;

/// <summary>When members did not get to their mailboxes, by the steady pace at which they should have: a delivery is then written down late, and its answer heard late.</summary>
internal sealed class Stalls(Evidence evidence)
{
    private readonly Dictionary<(string, long), IReadOnlyList<(long From, long To)>> _stalls =
        evidence.Workers.ToDictionary(worker => (worker.Worker, worker.Start), worker => Of(worker));

    /// <summary>For how long, in microseconds, within a reach before and after a hand-out.</summary>
    public long Around(HandOut handOut, long reach) => _stalls[(handOut.Journal.Worker, handOut.Journal.Start)]
        .Where(stall => stall.To >= handOut.At - reach && stall.From <= handOut.At + reach).Sum(stall => stall.To - stall.From);

    /// <summary>Whether a worker of that name had one of at least that length, which ended or lasted within a time.</summary>
    public bool Any(string worker, long from, long to, long least) =>
        _stalls.Where(pair => pair.Key.Item1 == worker).SelectMany(pair => pair.Value).Any(stall => stall.To >= from && stall.From <= to && stall.To - stall.From >= least);

    private static IReadOnlyList<(long, long)> Of(WorkerJournal worker)
    {
        var pace = (long)Terms.Tick.TotalMicroseconds;
        var ticks = worker.Facts.Where(fact => fact.What is Note.Ticked).Select(fact => fact.At).ToList();
        return [.. ticks.Zip(ticks.Skip(1)).Where(pair => pair.Second - pair.First > 2 * pace).Select(pair => (pair.First + pace, pair.Second))];
    }
}
