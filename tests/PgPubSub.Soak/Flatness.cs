namespace PgPubSub.Soak;

/// <summary>Whether what was measured again and again stayed flat: its median over the last quarter is at most 1.2 times that over the second quarter, and a little more.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Before">The median over the second quarter.</param>
/// <param name="After">The median over the last quarter.</param>
/// <param name="Slack">How much more it may be in any case: what one look differs from the next by.</param>
internal sealed record Flatness(string Name, double Before, double After, double Slack)
{
    private const double Growth = 1.2;

    /// <summary>Fewer looks than this tell nothing.</summary>
    public const int Least = 8;

    public bool IsFlat => After <= (Before * Growth) + Slack;

    /// <summary>Judges values that were measured at the same distance of time; the first quarter is not looked at, and more is left out where that is too short to warm up.</summary>
    /// <exception cref="ArgumentException">There are too few.</exception>
    public static Flatness Of(string name, IReadOnlyList<double> values, double slack)
    {
        if (values.Count < Least)
            throw new ArgumentException($"{values.Count} values can't be judged.", nameof(values));
        var quarter = values.Count / 4;
        return new Flatness(name, Median(values.Skip(quarter).Take(quarter)), Median(values.TakeLast(quarter)), slack);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
