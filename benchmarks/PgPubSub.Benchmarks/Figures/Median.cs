namespace PgPubSub.Benchmarks.Figures;

/// <summary>Several measurements as one.</summary>
internal static class Median
{
    /// <summary>The middle of an odd number of values, else the mean of the two in the middle.</summary>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value below which a share of all lies.</summary>
    public static double At(IReadOnlyCollection<double> values, double share) => values.Order().ElementAt((int)((values.Count - 1) * share));

    /// <summary>One reading of each name: medians of values and of floors.</summary>
    public static IReadOnlyList<Reading> Of(IEnumerable<IReadOnlyList<Reading>> rounds) =>
    [
        .. rounds.SelectMany(round => round).GroupBy(reading => reading.Name).Select(all => all.First() with
        {
            Value = Of(all.Select(reading => reading.Value)),
            Floor = all.First().Floor is null ? null : Of(all.Select(reading => reading.Floor!.Value)),
            Seconds = all.Sum(reading => reading.Seconds),
        }),
    ];
}
