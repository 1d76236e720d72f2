using System.Diagnostics;

namespace PgPubSub.Testing.Tests;

/// <summary>Waits for something that another process does and nobody signals.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var since = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, $"not within {Patience}: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}
