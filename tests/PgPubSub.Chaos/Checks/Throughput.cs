using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Checks;

/// <summary>How fast the members handled events before the fault, and how soon after it they were as fast again.</summary>
/// <param name="Before">Events handled per second before the fault.</param>
/// <param name="Recovery">From the fault's end until the rate was back, and stayed so on average; null where it never was.</param>
internal sealed record Throughput(double Before, TimeSpan? Recovery)
{
    /// <summary>The part of the rate before that counts as back.</summary>
    public const double Back = 0.95;

    private const long Second = 1_000_000, Step = Second / 10;

    public static Throughput Of(Evidence evidence)
    {
        long[] handled = [.. evidence.Workers.SelectMany(worker => worker.Facts).Where(fact => fact.What is Note.Acked).Select(fact => fact.At).Order()];
        var (steady, ended) = (At(evidence, Note.SteadyBegan), At(evidence, Note.LoadEnded));
        var before = Rate(handled, steady, evidence.FaultBegan);
        for (var at = evidence.FaultEnded; at + Second <= ended; at += Step)
        {
            if (Rate(handled, at, at + Second) >= Back * before && Rate(handled, at, ended) >= Back * before)
                return new Throughput(before, TimeSpan.FromMicroseconds(at - evidence.FaultEnded));
        }

        return new Throughput(before, null);
    }

    private static long At(Evidence evidence, Note what) => evidence.Scene.First(fact => fact.What == what).At;

    private static double Rate(long[] sorted, long from, long to) => (CountBefore(sorted, to) - CountBefore(sorted, from)) * (double)Second / (to - from);

    private static int CountBefore(long[] sorted, long moment)
    {
        var place = Array.BinarySearch(sorted, moment);
        return place < 0 ? ~place : place;
    }
}
