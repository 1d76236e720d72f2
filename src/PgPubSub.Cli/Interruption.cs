using System.Runtime.InteropServices;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli;

/// <summary>
/// Ends a run on Ctrl-C or a signal: the first asks it to end, and it gets the time that what is under way needs, such as a commit that is awaited. The next one, or the limit, ends it at once.
/// </summary>
/// <param name="most">The limit, from the first signal on.</param>
/// <param name="say">Says a line to people.</param>
internal sealed class Interruption(TimeSpan most, Action<string> say) : IDisposable
{
    /// <summary>The limit unless a spec has another: a write ends within 35 s, or its session has been ended.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    // Whoever waits for longer is told what for.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new(), _ended = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _signals;

    /// <summary>Runs something until it ends, or is ended.</summary>
    /// <param name="work">Is told when it is to end; returns the exit code.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Func<CancellationToken, Task<int>> work)
    {
        var running = Task.Run(() => work(_stop.Token)); // what blocks a thread is to be ended too
        await Task.WhenAny(running, _over.Task);
        await _ended.CancelAsync();
        if (running.IsCompleted)
            return await running;
        say("Ended while something was under way: whether it was done is not known.");
        return ExitCode.Interrupted;
    }

    /// <summary>Runs something that the signals of this process end.</summary>
    public static async Task<int> RunHereAsync(Func<CancellationToken, Task<int>> work, Action<string> say)
    {
        using var interruption = new Interruption(Most, say);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Hear);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear);
        return await interruption.RunAsync(work);

        void Hear(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interruption.Hear();
        }
    }

    /// <summary>A signal has come.</summary>
    public void Hear()
    {
        if (Interlocked.Increment(ref _signals) > 1)
            _over.TrySetResult();
        else
            _ = EndAsync();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _ended.Dispose();
    }

    private async Task EndAsync()
    {
        try
        {
            var (ended, silence) = (_ended.Token, Silence < most ? Silence : most);
            await _stop.CancelAsync();
            await Task.Delay(silence, ended);
            say($"What is under way gets up to {most.TotalSeconds:0} s to end; a second Ctrl-C or signal ends it at once.");
            await Task.Delay(most - silence, ended);
            _over.TrySetResult();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }
}
