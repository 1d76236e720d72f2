using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Faults;

/// <summary>How long a fault strikes.</summary>
internal static class Strikes
{
    // A machine that is busy elsewhere may take long to strike; where the fault does nothing, it ends here.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    /// <summary>For that long, and on until the fault has struck, and until something else holds that is waited for.</summary>
    public static async Task StrikeForAsync(this IFault fault, Scene scene, TimeSpan least, Task? until = null)
    {
        using var end = new CancellationTokenSource(least + Longest);
        var strike = fault.StrikeAsync(scene, end.Token);
        await Task.WhenAny(strike, Task.WhenAll(Task.Delay(least), until ?? Task.CompletedTask, StruckAsync(fault, end.Token)));
        await end.CancelAsync();
        await strike;
    }

    private static async Task StruckAsync(IFault fault, CancellationToken end)
    {
        while (!fault.HasStruck && await end.HoldsAsync(Glance))
        {
        }
    }
}
