using System.Diagnostics;

namespace PgPubSub.Packages.Tests.Processes;

/// <summary>A program that is run to its end, as a person would run it in a terminal of their own.</summary>
internal static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs it.</summary>
    /// <returns>What it said; where it failed the test fails with that.</returns>
    public static Task<string> RunAsync(string folder, string program, params IEnumerable<string> arguments) => RunAsync(folder, new Dictionary<string, string>(), program, arguments);

    /// <inheritdoc cref="RunAsync(string, string, IEnumerable{string})"/>
    public static async Task<string> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        LeaveThisBuild(start.Environment);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        var said = await output + await errors;
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', start.ArgumentList)}\n{said}");
        return said;
    }

    // What `dotnet test` set for its own children, and build servers, which would outlive the command and hold its output open.
    private static void LeaveThisBuild(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)).ToList())
            environment.Remove(name);
        environment["MSBUILDDISABLENODEREUSE"] = "1";
        environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        environment["UseSharedCompilation"] = "false";
        environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        environment["DOTNET_NOLOGO"] = "1";
    }
}
