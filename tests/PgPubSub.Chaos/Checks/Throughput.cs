using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Checks;

/// <summary>The steady load, and how soon after the fault the members carried it again.</summary>
/// <param name="Before">Events confirmed to the publishers per second before the fault: what members work off of an older backlog meanwhile is not the load.</param>
/// <param name="Recovery">
/// From the fault's end until so many were handled in a second, and until what was published from then on was handled at that rate up to the load's end: neither an event's
/// repetition nor a backlog counts for a new one. What was published so late that it would not have been handled by then before the fault either is left out. Null where it never
/// came to that.
/// </param>
internal sealed record Throughput(double Before, TimeSpan? Recovery)
{
    /// <summary>The part of the rate before that counts as back.</summary>
    public const double Back = 0.95;

    private const long Second = 1_000_000, Step = Second / 10, MostLatency = 2 * Second;

    public static Throughput Of(Evidence evidence)
    {
        var (steady, ended) = (At(evidence, Note.SteadyBegan), At(evidence, Note.LoadEnded));
        var firstHandled = Facts(evidence, Note.Acked).GroupBy(fact => fact.Number).ToDictionary(same => same.Key, same => same.Min(fact => fact.At));
        var published = Facts(evidence, Note.Published).Select(fact => (fact.At, Handled: firstHandled.GetValueOrDefault(fact.Number, long.MaxValue))).ToList();
        var last = ended - Latency(published.Where(e => e.At >= steady && e.Handled < evidence.FaultBegan));
        long[] confirmed = [.. published.Select(e => e.At).Order()];
        long[] handled = [.. firstHandled.Values.Order()];
        long[] carried = [.. published.Where(e => e.Handled < ended).Select(e => e.At).Order()];
        var before = Rate(confirmed, steady, evidence.FaultBegan);
        for (var at = evidence.FaultEnded; at + Second <= last; at += Step)
        {
            if (Rate(handled, at, at + Second) >= Back * before && Rate(carried, at, last) >= Back * before)
                return new Throughput(before, TimeSpan.FromMicroseconds(at - evidence.FaultEnded));
        }

        return new Throughput(before, null);
    }

    // Behind a pooler, for example, members learn of events by their polls only.
    private static long Latency(IEnumerable<(long At, long Handled)> events)
    {
        long[] sorted = [.. events.Select(e => Math.Max(0, e.Handled - e.At)).Order()];
        return sorted.Length == 0 ? 0 : Math.Min(MostLatency, sorted[(int)(Back * (sorted.Length - 1))]);
    }

    private static IEnumerable<Fact> Facts(Evidence evidence, Note what) => evidence.Workers.SelectMany(worker => worker.Facts).Where(fact => fact.What == what);

    private static long At(Evidence evidence, Note what) => evidence.Scene.First(fact => fact.What == what).At;

    private static double Rate(long[] sorted, long from, long to) => (CountBefore(sorted, to) - CountBefore(sorted, from)) * (double)Second / (to - from);

    // Of equal ones a binary search finds any; the first of them is meant.
    private static int CountBefore(long[] sorted, long moment)
    {
        var place = Array.BinarySearch(sorted, moment);
        if (place < 0)
            return ~place;
        while (place > 0 && sorted[place - 1] == moment)
            place--;
        return place;
    }
}
