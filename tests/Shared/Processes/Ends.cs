using System.Diagnostics;

namespace PgPubSub.Shared.Processes;

/// <summary>How a process is ended that stops by itself when its standard input does.</summary>
internal static class Ends
{
    /// <summary>Ends it in good order, or else by force, and lets go of it.</summary>
    /// <param name="process">The process.</param>
    /// <param name="grace">How long it may take to end by itself.</param>
    public static async Task EndAsync(this Process process, TimeSpan grace)
    {
        try
        {
            process.StandardInput.Close();
            using var enough = new CancellationTokenSource(grace);
            await process.WaitForExitAsync(enough.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}
