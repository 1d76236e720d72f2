using System.Diagnostics;
using System.Text.Json;

namespace CommandLineFeed;

/// <summary>A verb did not do what was asked; the message is what it said.</summary>
internal sealed class CliException(string message) : Exception(message);

/// <summary>The command line on one schema: everything that this program does to the database.</summary>
internal sealed class Cli(string connectionString, string schema)
{
    /// <summary>Starts a verb that goes on, with its streams in our hands.</summary>
    public Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "pgpubsub.dll"), .. arguments, "--schema", schema])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.Environment["PGPUBSUB_CONNECTION"] = connectionString;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // or a killed process leaves its diagnostics sockets in the temporary folder
        return Process.Start(start)!;
    }

    /// <summary>Runs a verb to its end; its answer, a document a line.</summary>
    /// <exception cref="CliException">Its exit code is not 0.</exception>
    public async Task<IReadOnlyList<JsonElement>> DoAsync(IEnumerable<string> arguments, CancellationToken stop)
    {
        string[] words = [.. arguments];
        using var process = Start([.. words, "--json"]);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0 ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))]
            : throw new CliException($"'pgpubsub {string.Join(' ', words)}' ended with {process.ExitCode}");
    }
}
