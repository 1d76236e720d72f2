using PgPubSub.Samples.Shared.Input;
using PgPubSub.Testing;

namespace PgPubSub.Samples.Shared.Programs;

/// <summary>Runs a program: what went wrong becomes a line on standard error and an exit code, a signal a token.</summary>
internal static class Run
{
    /// <param name="program">What it does, and its exit code.</param>
    /// <param name="usage">How it is used, for people.</param>
    public static async Task<int> AsProgramAsync(Func<CancellationToken, Task<int>> program, string usage)
    {
        using var signals = new StopSignals();
        try
        {
            return await program(signals.Stop);
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine("error: " + e.Message);
            Console.Error.WriteLine(usage);
            return ExitCodes.Usage;
        }
        catch (Exception e) when (e is InputException or NodeException or PostgresNotFoundException or ServerStartException)
        {
            Console.Error.WriteLine("error: " + e.Message);
            return ExitCodes.Usage;
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }

    public static int ShowUsage(string usage)
    {
        Console.WriteLine(usage);
        return ExitCodes.Good;
    }
}
