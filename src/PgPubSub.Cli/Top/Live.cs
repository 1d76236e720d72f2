using System.Threading.Channels;
using PgPubSub.Cli.Output;
using PgPubSub.Core.Faults;

namespace PgPubSub.Cli.Top;

/// <summary>
/// Looks again and again and shows what is seen, one look at a time. A first look that fails ends it; later ones are told, what was seen last stays, and the next may succeed.
/// </summary>
/// <param name="look">Looks at the database.</param>
/// <param name="explain">Says what a fault means: an exit code and a sentence.</param>
/// <param name="display">Where it is shown.</param>
/// <param name="interval">The time from look to look.</param>
/// <param name="most">After how many looks it ends; null for never.</param>
/// <param name="clock">Measures time.</param>
internal sealed class Live(
    Func<CancellationToken, Task<Look>> look, Func<Exception, Task<(int ExitCode, string Line)>> explain, IDisplay display, TimeSpan interval, long? most, TimeProvider clock)
{
    // What is not answered for so long is worth a word.
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    private readonly Channel<Signal> _signals = Channel.CreateUnbounded<Signal>();
    private Task<Look>? _looking;
    private Look? _last;
    private Sight? _sight;
    private long _begun, _seen, _looks;
    private int _exitCode;

    private enum Signal { Due, Looked, Refresh, Quit }

    /// <summary>Ends it.</summary>
    public void Quit() => _signals.Writer.TryWrite(Signal.Quit);

    /// <summary>Shows again what was seen.</summary>
    public void Refresh() => _signals.Writer.TryWrite(Signal.Refresh);

    /// <summary>Runs until it is quit, stopped, or has looked often enough.</summary>
    /// <returns>0, or, where the last of a number of looks failed, that look's exit code.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            Begin(ended.Token);
            var due = false;
            await foreach (var signal in _signals.Reader.ReadAllAsync(stop))
            {
                if (signal is Signal.Quit)
                    break;
                if (signal is Signal.Looked)
                    await EndAsync();
                if (signal is Signal.Looked && ++_looks == most)
                    return _exitCode;
                if (signal is Signal.Looked && _looks == 1)
                    _ = TickAsync(ended.Token); // from here on, since a first look may take long
                due |= signal is Signal.Due;
                if (signal is Signal.Refresh || (due && _looking is not null && clock.GetElapsedTime(_begun) > Slow))
                    ShowAgain();
                if (!due || _looking is not null)
                    continue;
                Begin(ended.Token);
                due = false;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ctrl-C is how this is ended.
        }
        finally
        {
            await ended.CancelAsync(); // a look that hangs is not waited for
        }

        return ExitCode.Done;
    }

    private async Task TickAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                _signals.Writer.TryWrite(Signal.Due);
        }
        catch (OperationCanceledException)
        {
            // It has ended.
        }
    }

    private void Begin(CancellationToken stop)
    {
        _begun = clock.GetTimestamp();
        _looking = look(stop);
        _looking.ContinueWith(_ => _signals.Writer.TryWrite(Signal.Looked), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task EndAsync()
    {
        var looked = _looking!;
        _looking = null;
        try
        {
            var now = await looked;
            (_sight, _exitCode) = (new Sight(Board.Of(_last, now), TimeSpan.Zero, null), ExitCode.Done);
            (_last, _seen) = (now, _begun);
        }
        catch (StoreException e) when (_sight is not null)
        {
            (_exitCode, var trouble) = await explain(e);
            _sight = _sight with { Age = clock.GetElapsedTime(_seen), Trouble = trouble };
        }

        display.Show(_sight);
    }

    private void ShowAgain()
    {
        if (_sight is not { } sight)
            return;
        var hangs = _looking is not null && clock.GetElapsedTime(_begun) > Slow;
        _sight = sight with { Age = clock.GetElapsedTime(_seen), Trouble = sight.Trouble ?? (hangs ? "PostgreSQL has not answered yet." : null) };
        display.Refresh(_sight);
    }
}
