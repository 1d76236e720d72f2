using System.Diagnostics;
using System.Text.Json;

namespace PgPubSub.Cli.Tests.Runs;

/// <summary>What one run of the program left: its exit code and what it said.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Errors)
{
    // What would lead a run to a database that the spec doesn't mean.
    public static readonly string[] Unset = ["PGPUBSUB_CONNECTION", "PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGPASSFILE", "PGSSLMODE", "PGOPTIONS", "PGCONNECT_TIMEOUT"];

    /// <summary>Where the program was built to.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "pgpubsub.dll");

    /// <summary>Its answer as one document.</summary>
    public JsonElement Json => JsonElement.Parse(Output);

    /// <summary>Its answer as a document a line.</summary>
    public IReadOnlyList<JsonElement> JsonLines => [.. Lines.Select(line => JsonElement.Parse(line))];

    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The one line that it said on standard error.</summary>
    public string Error => Assert.Single(Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    public static Task<CliRun> StartAsync(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments) => FeedAsync("", environment, arguments);

    /// <summary>Runs it with something on standard input.</summary>
    public static Task<CliRun> FeedAsync(string input, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments) => EndAsync(Describe(environment, arguments), input);

    /// <summary>Runs a script as a user's shell does; <c>$CLI</c> is the program.</summary>
    public static Task<CliRun> InShellAsync(string script, IReadOnlyDictionary<string, string> environment)
    {
        var start = In(new ProcessStartInfo("bash", ["-c", script]), environment);
        start.Environment["CLI"] = $"dotnet exec {Program}";
        return EndAsync(start, "");
    }

    /// <summary>How the program is started, with all three streams in the spec's hands.</summary>
    public static ProcessStartInfo Describe(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments) =>
        In(new ProcessStartInfo("dotnet", ["exec", Program, .. arguments]), environment);

    private static ProcessStartInfo In(ProcessStartInfo start, IReadOnlyDictionary<string, string> environment)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        foreach (var name in Unset)
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    private static async Task<CliRun> EndAsync(ProcessStartInfo start, string input)
    {
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new CliRun(process.ExitCode, await output, await errors);
    }
}
