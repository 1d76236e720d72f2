using System.Diagnostics;
using System.Globalization;
using PgPubSub.Samples.Shared.Processes;

namespace TwoNodes;

/// <summary>A line of a member about an event.</summary>
/// <param name="At">When it was read, as a timestamp of <see cref="Stopwatch"/>.</param>
internal sealed record Note(string What, long Offset, int Attempt, long At);

/// <summary>A member's process as its parent sees it: what it has told so far.</summary>
internal sealed class MemberProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Note> _notes = [];
    private readonly Action _heard;

    private MemberProcess(string name, Process process, Action heard)
    {
        (Name, _process, _heard) = (name, process, heard);
        Told = ReadAsync();
    }

    public string Name { get; }

    /// <summary>Ends when the process says no more: it is over.</summary>
    public Task Told { get; }

    /// <summary>Ends when it is registered and takes events; faulted where the process ended before.</summary>
    public Task Up => _up.Task;

    /// <summary>All that it has told of events.</summary>
    public IReadOnlyList<Note> Notes
    {
        get
        {
            lock (_notes)
                return [.. _notes];
        }
    }

    /// <summary>The offsets that it began and has not done.</summary>
    public IReadOnlyList<long> InHand => Notes is var notes ? [.. Offsets(notes, Member.Begun).Except(Offsets(notes, Member.Done)).Order()] : [];

    public static MemberProcess Start(string name, string connectionString, string schema, Action heard)
    {
        var start = SameProgram.With(["member", name, schema], connectionString);
        start.RedirectStandardOutput = true;
        return new MemberProcess(name, Process.Start(start)!, heard);
    }

    /// <summary>SIGKILL; returns when it was sent, after all that it still told is read.</summary>
    public async Task<long> KillAsync()
    {
        var at = Stopwatch.GetTimestamp();
        _process.Kill();
        await Told;
        return at;
    }

    /// <summary>Lets it end in order.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        await Told;
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static IEnumerable<long> Offsets(IReadOnlyList<Note> notes, string what) => notes.Where(note => note.What == what).Select(note => note.Offset);

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == Member.Up)
                _up.TrySetResult();
            else if (line.Split(' ') is [Member.Begun or Member.Done, var offset, var attempt] words)
            {
                lock (_notes)
                    _notes.Add(new Note(words[0], long.Parse(offset, CultureInfo.InvariantCulture), int.Parse(attempt, CultureInfo.InvariantCulture), Stopwatch.GetTimestamp()));
            }

            _heard();
        }

        _up.TrySetException(new InvalidOperationException($"{Name} ended before it was up"));
        _heard();
    }
}
