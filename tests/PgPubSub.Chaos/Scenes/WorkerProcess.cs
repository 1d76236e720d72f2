using System.Diagnostics;
using System.Globalization;
using PgPubSub.Chaos.Journals;
using PgPubSub.Chaos.Roles;
using PgPubSub.Shared.Processes;
using PgPubSub.Testing;

namespace PgPubSub.Chaos.Scenes;

/// <summary>A node in a process of its own, which may be killed and started again. Each start has a journal of its own.</summary>
internal sealed class WorkerProcess(Scene scene, Role role, string name) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1), Grace = TimeSpan.FromSeconds(10);

    private Process? _process;
    private int _starts;

    /// <summary>For example "member-1".</summary>
    public string Name => name;

    /// <summary>Variables for this worker alone, past those of <see cref="Scene.WorkerEnvironment"/>; from its next start on.</summary>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Events that it has been handed and has not answered, by its journal: exact once it is dead, frozen or idle.</summary>
    public long Held => HeldOf(File.Exists(JournalPath) ? Journal.Read(JournalPath) : []);

    /// <summary>Whether it has acked so many events since its last start.</summary>
    public bool HasHandled(int events) => Journal.Read(JournalPath).Count(fact => fact.What is Note.Acked) >= events;

    private string JournalPath => Path.Combine(scene.Folder, string.Create(CultureInfo.InvariantCulture, $"{name}.{_starts}{Journal.Suffix}"));

    private Process Running => _process ?? throw new InvalidOperationException($"{name} was not started.");

    /// <summary>Starts it, also again, as before; returns when it works.</summary>
    public async Task StartAsync()
    {
        _process?.Dispose();
        _starts++;
        var casting = new Casting(role, name, _starts, scene.Schema, JournalPath, scene.Terms);
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(WorkerProcess).Assembly.Location, .. casting.Words]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // or one that is killed leaves its sockets in the temporary folder
        start.Environment["DOTNET_TieredPGO"] = "0"; // a process that lives for seconds gains nothing from watching itself
        foreach (var (variable, value) in scene.WorkerEnvironment.Concat(Environment))
            start.Environment[variable] = value;
        start.Environment[PostgresServer.Variable] = scene.WorkerConnectionString;
        _process = Process.Start(start)!;
        await HearAsync(Worker.Ready);
        scene.Note(Note.Started, name, _starts);
    }

    /// <summary>SIGKILL; returns when the process is gone.</summary>
    public async Task KillAsync()
    {
        Running.Kill();
        await Running.WaitForExitAsync();
        scene.Note(Note.Killed, name, _starts);
    }

    /// <summary>SIGKILL while it holds events; it is held still for the moments in which that is looked at. Returns how many there were, which is none where there were none for long.</summary>
    public async Task<long> KillHoldingAsync(TimeSpan patience)
    {
        var began = Stopwatch.GetTimestamp();
        Send("STOP");
        while (Held == 0 && Stopwatch.GetElapsedTime(began) < patience)
        {
            Send("CONT");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
            Send("STOP");
        }

        await KillAsync();
        return Held;
    }

    /// <summary>Sends "STOP" or "CONT".</summary>
    public void Signal(string signal)
    {
        if (signal == "STOP")
            scene.Note(Note.Frozen, name, _starts);
        Send(signal);
        if (signal == "CONT")
            scene.Note(Note.Continued, name, _starts);
    }

    /// <summary>Asks it for something and waits for the word that it is done.</summary>
    public async Task AskAsync(string word, string answer)
    {
        await Running.StandardInput.WriteLineAsync(word);
        await Running.StandardInput.FlushAsync();
        await HearAsync(answer);
    }

    /// <summary>Ends it in good order, or else by force.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        await _process.EndAsync(Grace);
        _process = null;
    }

    private void Send(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Running.Id.ToString(CultureInfo.InvariantCulture)])!;
        kill.WaitForExit();
        if (kill.ExitCode != 0)
            throw new InvalidOperationException($"{name} can't be sent SIG{signal}.");
    }

    private static long HeldOf(IReadOnlyList<Fact> facts)
    {
        var held = new HashSet<(string, long, int)>();
        foreach (var fact in facts)
        {
            if (fact.What is Note.HandedOut)
                held.Add((fact.Topic, fact.Offset, fact.Attempt));
            else
                held.Remove((fact.Topic, fact.Offset, fact.Attempt));
        }

        return held.Count;
    }

    private async Task HearAsync(string expected)
    {
        var line = await Running.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        if (line != expected)
            throw new InvalidOperationException($"{name} said '{line}' in place of '{expected}'.");
    }
}
