using System.Diagnostics;
using System.Globalization;
using PgPubSub.Testing.Processes;

namespace PgPubSub.Testing.Clusters;

/// <summary>The server process of a data folder.</summary>
internal static class Postmaster
{
    /// <summary>Its number; null when none runs. Proven by the command line: a number alone may have been used again.</summary>
    public static async Task<int?> FindAsync(string data, CancellationToken cancel)
    {
        var file = Path.Combine(data, "postmaster.pid");
        if (!File.Exists(file) || !int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var id))
        {
            return null;
        }

        return (await CommandLineAsync(id, cancel)).Contains(data, StringComparison.Ordinal) ? id : null;
    }

    /// <summary>SIGKILL, then waits until the process is gone. Nothing happens when none runs.</summary>
    public static async Task KillAsync(string data, CancellationToken cancel)
    {
        if (await FindAsync(data, cancel) is not { } id)
        {
            return;
        }

        using var process = Process.GetProcessById(id);
        process.Kill();
        while (await FindAsync(data, cancel) is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancel);
        }
    }

    private static async Task<string> CommandLineAsync(int id, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux())
        {
            return (await Command.RunAsync(["ps", "-o", "command=", "-p", id.ToString(CultureInfo.InvariantCulture)], cancel)).Output;
        }

        try
        {
            return await File.ReadAllTextAsync($"/proc/{id}/cmdline", cancel); // empty for a zombie
        }
        catch (IOException)
        {
            return "";
        }
    }
}
