using System.Diagnostics;
using System.Globalization;
using CommitFeed.Journals;

namespace CommitFeed.Processes;

/// <summary>Tells on standard output what goes on, each line with the seconds since the start.</summary>
internal sealed class Story
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public void Say(string line) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,5:0.0} s  {line}"));

    public void Progress(JournalView publisher, IEnumerable<JournalView> consumers)
    {
        if (publisher.Confirmed > 0)
            Say($"  published {publisher.Confirmed}, handed out: {string.Join(", ", consumers.Select(c => $"{c.Name} {c.HandedOut}"))}");
    }
}
