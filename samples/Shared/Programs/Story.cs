using System.Diagnostics;
using System.Globalization;

namespace PgPubSub.Samples.Shared.Programs;

/// <summary>Tells on standard output what goes on, each line with the seconds since the start.</summary>
internal sealed class Story
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public void Say(string line) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,5:0.0} s  {line}"));
}
