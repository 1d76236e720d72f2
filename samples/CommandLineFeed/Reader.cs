using System.Diagnostics;

namespace CommandLineFeed;

/// <summary>A process that prints events, and what it has printed.</summary>
internal sealed class Reader : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private readonly Lock _lock = new();
    private readonly List<Printed> _printed = [];
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Task _mayRead = Task.CompletedTask;
    private bool _endIsExpected;

    public Reader(string name, Process process)
    {
        (Name, _process) = (name, process);
        _reading = ReadAsync();
    }

    public string Name { get; }

    public int ProcessId => _process.Id;

    /// <summary>How it ended, if nobody asked it to; null where it runs or was asked.</summary>
    public string? Failure => !_endIsExpected && _process.HasExited ? $"{Name} ended by itself with {_process.ExitCode}" : null;

    public IReadOnlyList<Printed> Printed
    {
        get
        {
            lock (_lock)
                return [.. _printed];
        }
    }

    /// <summary>Reads no more of it until it is killed: it comes to stand, with what it has claimed in its hands.</summary>
    public void Clog() => _mayRead = _open.Task;

    /// <summary>SIGKILL. What it had printed is read; when it was sent is returned.</summary>
    public async Task<long> KillAsync()
    {
        _endIsExpected = true;
        var at = Stopwatch.GetTimestamp();
        _process.Kill();
        await _process.WaitForExitAsync();
        _open.TrySetResult();
        await _reading;
        return at;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            await _mayRead;
            if (await _process.StandardOutput.ReadLineAsync() is not { } line)
                return;
            if (_endIsExpected && _process.HasExited && !line.EndsWith('}'))
                return; // the half of a line that a process leaves when it is killed
            var printed = CommandLineFeed.Printed.Read(Stopwatch.GetTimestamp(), line);
            lock (_lock)
                _printed.Add(printed);
        }
    }
}
