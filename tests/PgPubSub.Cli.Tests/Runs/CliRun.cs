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

    public static Task<CliRun> StartAsync(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments) => FeedAsync("", environment, arguments);

    /// <summary>Runs it with something on standard input.</summary>
    public static async Task<CliRun> FeedAsync(string input, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(Describe(environment, arguments))!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new CliRun(process.ExitCode, await output, await errors);
    }

    /// <summary>How the program is started, with all three streams in the spec's hands.</summary>
    public static ProcessStartInfo Describe(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "pgpubsub.dll"), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in Unset)
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }
}
