using System.Diagnostics;
using System.Globalization;

namespace PgPubSub.Testing.Processes;

/// <summary>A process by its number and its start, so that a number used again is told apart.</summary>
internal readonly record struct ProcessIdentity(int Id, long Start)
{
    public static ProcessIdentity Current => new(Environment.ProcessId, StartOf(Environment.ProcessId) ?? 0);

    /// <summary>False once the process is gone or a zombie, or its number belongs to another.</summary>
    public bool IsAlive => StartOf(Id) is { } start && Math.Abs(start - Start) <= Tolerance;

    public static bool TryParse(string text, out ProcessIdentity identity)
    {
        var words = text.Split(' ', StringSplitOptions.TrimEntries);
        identity = default;
        if (words.Length != 2 || !int.TryParse(words[0], CultureInfo.InvariantCulture, out var id) || !long.TryParse(words[1], CultureInfo.InvariantCulture, out var start))
        {
            return false;
        }

        identity = new ProcessIdentity(id, start);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} {Start}");

    // Linux counts in ticks since boot, exactly; elsewhere the start is a clock time that two readers see a little differently.
    private static long Tolerance => OperatingSystem.IsLinux() ? 0 : 2;

    private static long? StartOf(int id)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                var stat = File.ReadAllText($"/proc/{id}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // a program's name may hold spaces and brackets
                return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
            }

            using var process = Process.GetProcessById(id);
            return new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
