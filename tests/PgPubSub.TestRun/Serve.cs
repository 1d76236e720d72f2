using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using PgPubSub.Docker;
using PgPubSub.Testing;

namespace PgPubSub.TestRun;

/// <summary>Runs a command beside a server and passes its exit code on. The server goes with it, also upon SIGINT and SIGTERM.</summary>
internal static class Serve
{
    private const int NoServer = 69;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string[] command)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        try
        {
            await using var server = await PostgresServer.FindAsync(TestServers.Options(), stop.Token);
            return await RunAsync(command, server.ConnectionString, stop.Token);
        }
        catch (Exception e) when (e is PostgresNotFoundException or ServerStartException)
        {
            Console.Error.WriteLine(e.Message);
            return NoServer;
        }
        catch (OperationCanceledException)
        {
            return 128 + 15;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> RunAsync(string[] command, string connectionString, CancellationToken stop)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1));
        start.Environment[PostgresServer.Variable] = connectionString;
        using var child = Process.Start(start)!;
        using var enough = new CancellationTokenSource();
        await using var asked = stop.Register(() =>
        {
            Terminate(child.Id);
            enough.CancelAfter(Grace); // a shell that waits for a command looks at no signal
        });
        try
        {
            await child.WaitForExitAsync(enough.Token);
        }
        catch (OperationCanceledException)
        {
            child.Kill(entireProcessTree: true);
            await child.WaitForExitAsync(CancellationToken.None);
        }

        return child.ExitCode;
    }

    // A shell's own kill: the base library can only send SIGKILL, and the child has things to clean up too.
    private static void Terminate(int id) =>
        Process.Start("/bin/sh", ["-c", "kill -TERM \"$0\"", id.ToString(CultureInfo.InvariantCulture)]).Dispose();
}
