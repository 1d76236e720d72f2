namespace PgPubSub.Chaos.Faults;

/// <summary>Waits between strikes.</summary>
internal static class Pause
{
    /// <summary>Waits for a random time.</summary>
    /// <returns>False where the fault was told to end before.</returns>
    public static async Task<bool> LastsAsync(Random random, TimeSpan least, TimeSpan most, CancellationToken end)
    {
        await Task.Delay(least + (most - least) * random.NextDouble(), end).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return !end.IsCancellationRequested;
    }

    /// <summary>Likewise, in seconds that differ between the long form and the short one.</summary>
    public static Task<bool> LastsAsync(Random random, bool isLong, (double Least, double Most) inLong, (double Least, double Most) inShort, CancellationToken end)
    {
        var (least, most) = isLong ? inLong : inShort;
        return LastsAsync(random, TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most), end);
    }
}
