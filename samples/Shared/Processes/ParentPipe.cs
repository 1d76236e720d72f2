using PgPubSub.Samples.Shared.Programs;
using PgPubSub.Testing;

namespace PgPubSub.Samples.Shared.Processes;

/// <summary>A child's tie to the process that started it: its standard input. When that ends, for whatever reason, so does the child.</summary>
internal static class ParentPipe
{
    /// <summary>The server, told by the environment, where other users of the machine can't read it.</summary>
    /// <exception cref="UsageException">It was not told: a person started this process.</exception>
    public static string ConnectionString => Environment.GetEnvironmentVariable(PostgresServer.Variable) is { Length: > 0 } told
        ? told
        : throw new UsageException($"This role is started by the sample itself, with {PostgresServer.Variable} set.");

    /// <summary>Passes on each line that the parent says; returns when it says no more or a signal says stop.</summary>
    public static async Task ReadToEndAsync(Action<string> heard, CancellationToken stop)
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        while (!stop.IsCancellationRequested)
        {
            // A read of standard input can't be cancelled, only left behind.
            var read = input.ReadLineAsync(CancellationToken.None).AsTask();
            await Task.WhenAny(read, Task.Delay(Timeout.Infinite, stop));
            if (!read.IsCompletedSuccessfully || await read is not { } line)
                return;
            heard(line);
        }
    }
}
