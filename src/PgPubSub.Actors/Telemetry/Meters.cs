using System.Diagnostics.Metrics;

namespace PgPubSub.Actors.Telemetry;

/// <summary>Measurements that can't disturb what they measure: a listener that throws is nobody's business here.</summary>
internal static class Meters
{
    /// <summary>Null where a listener is broken that hears of it: then nothing is measured by this instrument.</summary>
    public static T? Make<T>(Func<T> make)
        where T : Instrument
    {
        try
        {
            return make();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }

    public static void Count(Counter<long>? counter, long count, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (count == 0 || counter is not { Enabled: true })
            return;
        try
        {
            counter.Add(count, tags);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whoever listens is broken.
        }
    }

    public static void Record<T>(Histogram<T>? histogram, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct
    {
        if (histogram is not { Enabled: true })
            return;
        try
        {
            histogram.Record(value, tags);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whoever listens is broken.
        }
    }
}
