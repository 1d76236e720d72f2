using System.Diagnostics;
using System.Reflection;
using PgPubSub.Testing;

namespace PgPubSub.Samples.Shared.Processes;

/// <summary>This program once more, as a child in another role.</summary>
internal static class SameProgram
{
    /// <summary>How to start it; the server goes by the environment, where other users of the machine can't read it, and standard input is its tie to this process.</summary>
    public static ProcessStartInfo With(IReadOnlyList<string> arguments, string connectionString)
    {
        // Started through `dotnet`, this process is dotnet's and the program is a file that it was given.
        var self = Environment.ProcessPath!;
        IReadOnlyList<string> first = Path.GetFileNameWithoutExtension(self) == "dotnet" ? ["exec", Assembly.GetEntryAssembly()!.Location] : [];
        var start = new ProcessStartInfo(self, [.. first, .. arguments]) { RedirectStandardInput = true };
        start.Environment[PostgresServer.Variable] = connectionString;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // or a killed process leaves its diagnostics sockets in the temporary folder
        return start;
    }
}
