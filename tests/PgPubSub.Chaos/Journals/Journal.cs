using System.Diagnostics;
using System.Text;

namespace PgPubSub.Chaos.Journals;

/// <summary>What one process saw, fact by fact: a line that was written survives the process, however it ends.</summary>
internal sealed class Journal(string path) : IDisposable
{
    public const string Suffix = ".journal";

    private readonly Lock _writing = new();

    // No buffer of ours: each line is one write to the system.
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    /// <summary>Microseconds of the monotonic clock.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * (1_000_000d / Stopwatch.Frequency));

    public void Write(Fact fact)
    {
        var line = fact.Line();
        lock (_writing)
            _file.Write(line);
    }

    /// <summary>The facts that were written whole, also while their process lives.</summary>
    public static IReadOnlyList<Fact> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, Encoding.UTF8);
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Fact.Parse(line) ?? throw new FormatException($"{path} holds a line that is no fact: {line}"))];
    }

    public void Dispose() => _file.Dispose();
}
