using System.Diagnostics;
using CommitFeed.Journals;
using PgPubSub.Samples.Shared.Processes;

namespace CommitFeed.Processes;

/// <summary>A process that the coordinator started, and the journal it writes.</summary>
internal sealed class Child : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private bool _endIsExpected;

    private Child(Process process, JournalView view) => (_process, View) = (process, view);

    public JournalView View { get; }

    public string Name => View.Name;

    /// <summary>How it ended, if nobody asked it to; null where it runs or was asked.</summary>
    public string? Failure => !_endIsExpected && _process.HasExited ? $"{Name} ended by itself with exit code {_process.ExitCode}" : null;

    public static Child Start(Command command, string name, string journal, string connectionString) =>
        new(Process.Start(SameProgram.With(CommandLine.Format(command), connectionString))!, new JournalView(name, journal));

    public async Task TellAsync(string line)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It is gone, and Failure says so.
        }
    }

    /// <summary>SIGKILL. Returns when it was sent, by <see cref="JournalClock"/>, after the process is gone.</summary>
    public async Task<long> KillAsync()
    {
        _endIsExpected = true;
        var at = JournalClock.Now;
        _process.Kill();
        await _process.WaitForExitAsync();
        return at;
    }

    /// <summary>Ends it in its own order, and takes in the last of its journal. Kills it where that takes too long.</summary>
    public async Task StopAsync()
    {
        _endIsExpected |= !_process.HasExited;
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It was gone already.
        }

        using var enough = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(enough.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }

        View.Refresh();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        View.Dispose();
    }
}
