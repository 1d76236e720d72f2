using System.Globalization;
using System.Text.RegularExpressions;
using PgPubSub.Testing.Processes;

namespace PgPubSub.Testing.Binaries;

/// <summary>Where server binaries may stand: PATH, what pg_config says, then the usual folders, newest version first.</summary>
internal static partial class BinaryFolders
{
    private static readonly (string Parent, string Pattern, string Inside)[] Usual =
    [
        ("/usr/lib/postgresql", "*", "bin"),
        ("/usr", "pgsql-*", "bin"),
        ("/usr/local", "pgsql", "bin"),
        ("/opt/homebrew/opt", "postgresql@*", "bin"),
        ("/usr/local/opt", "postgresql@*", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
    ];

    public static async Task<IReadOnlyList<string>> OnThisMachineAsync(CancellationToken cancel)
    {
        var told = await Command.RunAsync(["pg_config", "--bindir"], cancel);
        return [.. SearchPath.Folders(), .. told.Succeeded ? [told.Output] : Array.Empty<string>(), .. Usual.SelectMany(usual => Inside(usual.Parent, usual.Pattern, usual.Inside))];
    }

    internal static IEnumerable<string> Inside(string parent, string pattern, string inside) =>
        Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern).OrderByDescending(VersionIn).Select(folder => Path.Combine(folder, inside))
            : [];

    private static double VersionIn(string folder) =>
        Number().Match(Path.GetFileName(folder)) is { Success: true } number ? double.Parse(number.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();
}
