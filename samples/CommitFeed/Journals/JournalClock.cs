using System.Diagnostics;

namespace CommitFeed.Journals;

/// <summary>The machine's monotonic clock, the same for all processes of a run.</summary>
internal static class JournalClock
{
    /// <summary>Microseconds since a moment that all processes share.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * (1_000_000d / Stopwatch.Frequency));
}
