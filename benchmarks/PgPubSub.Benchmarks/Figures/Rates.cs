using System.Diagnostics;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>How fast a count grows.</summary>
internal static class Rates
{
    /// <summary>Lets a load run warm for a fifth of a time, then takes what is counted in that time.</summary>
    public static async Task<(double Rate, double Seconds)> OfAsync(Func<long> count, TimeSpan window)
    {
        await Task.Delay(window / 5);
        var (clock, before) = (Stopwatch.StartNew(), count());
        await Task.Delay(window);
        var (seconds, after) = (clock.Elapsed.TotalSeconds, count());
        return ((after - before) / seconds, seconds);
    }
}
