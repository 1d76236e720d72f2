using System.Diagnostics;
using System.Text.Json;

namespace PgPubSub.Cli.Tests.Runs;

/// <summary>What one run of the program left: its exit code and what it said.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Errors)
{
    // What would lead a run to a database that the spec doesn't mean.
    public static readonly string[] Unset = ["PGPUBSUB_CONNECTION", "PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGPASSFILE", "PGSSLMODE", "PGOPTIONS", "PGCONNECT_TIMEOUT"];

    /// <summary>Its answer as one document.</summary>
    public JsonElement Json => JsonElement.Parse(Output);

    /// <summary>Its answer as a document a line.</summary>
    public IReadOnlyList<JsonElement> JsonLines => [.. Lines.Select(line => JsonElement.Parse(line))];

    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The one line that it said on standard error.</summary>
    public string Error => Assert.Single(Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    public static async Task<CliRun> StartAsync(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "pgpubsub.dll"), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in Unset)
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new CliRun(process.ExitCode, await output, await errors);
    }
}
