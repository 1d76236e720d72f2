using System.Globalization;
using System.Text.RegularExpressions;
using PgPubSub.Testing.Processes;

namespace PgPubSub.Testing.Binaries;

/// <summary>The first installed server that is new enough, and what was passed over on the way to it.</summary>
internal sealed partial record BinarySearch(ServerBinaries? Found, IReadOnlyList<string> PassedOver)
{
    public const int OldestMajorVersion = 14;

    public static async Task<BinarySearch> RunAsync(IReadOnlyList<string>? folders, CancellationToken cancel)
    {
        var passedOver = new List<string>();
        var seen = new HashSet<string>();
        foreach (var folder in folders ?? await BinaryFolders.OnThisMachineAsync(cancel))
        {
            if (!OperatingSystem.IsWindows() && RealFolderOf(folder) is { } real && seen.Add(real) && await VersionOfAsync(real, cancel) is { } version)
            {
                if (version.Major >= OldestMajorVersion)
                {
                    return new BinarySearch(new ServerBinaries(real, version), passedOver);
                }

                passedOver.Add($"PostgreSQL {version} in {real} is older than {OldestMajorVersion}");
            }
        }

        return new BinarySearch(null, passedOver);
    }

    // A link to postgres alone is followed: initdb and pg_ctl stand beside the real file.
    private static string? RealFolderOf(string folder)
    {
        var postgres = new FileInfo(Path.Combine(folder, "postgres"));
        if (!postgres.Exists)
        {
            return null;
        }

        var real = Path.GetDirectoryName(postgres.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? postgres.FullName)!;
        return File.Exists(Path.Combine(real, "initdb")) && File.Exists(Path.Combine(real, "pg_ctl")) ? real : null;
    }

    private static async Task<Version?> VersionOfAsync(string folder, CancellationToken cancel)
    {
        var said = await Command.RunAsync([Path.Combine(folder, "postgres"), "--version"], cancel);
        var match = VersionNumber().Match(said.Output);
        return said.Succeeded && match.Success
            ? new Version(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : 0)
            : null;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)(?:\.(\d+))?")]
    private static partial Regex VersionNumber();
}
