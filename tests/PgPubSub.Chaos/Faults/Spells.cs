namespace PgPubSub.Chaos.Faults;

/// <summary>How long a fault holds on.</summary>
internal static class Spells
{
    /// <summary>Waits that long, or until the fault is to end; true where it may go on.</summary>
    public static async Task<bool> HoldsAsync(this CancellationToken end, TimeSpan time)
    {
        await Task.Delay(time, end).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return !end.IsCancellationRequested;
    }
}
