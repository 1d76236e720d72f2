using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PgPubSub.Samples.Shared.Input;

/// <summary>The history of the nearest enclosing checkout of a folder, oldest commit first.</summary>
/// <param name="Root">The checkout.</param>
/// <param name="Commits">Its newest commits; none where there is no history to read.</param>
/// <param name="Missing">Why there are none, as the end of a sentence.</param>
internal sealed record GitHistory(string Root, IReadOnlyList<Commit> Commits, string? Missing)
{
    // A record separator before each commit, unit separators between its fields; the files follow, each ended by a NUL (-z).
    private const char Record = '\x1e', Unit = '\x1f';
    private static readonly string Format = $"--format={Record}%H{Unit}%an{Unit}%aI{Unit}%s";

    /// <summary>Reads at most so many commits, the newest.</summary>
    public static async Task<GitHistory> ReadAsync(string folder, int most, CancellationToken cancel)
    {
        if (await GitAsync(folder, ["rev-parse", "--show-toplevel"], cancel) is not { } root)
            return new GitHistory("", [], $"{folder} is in no Git checkout that can be read");
        var log = await GitAsync(folder, ["log", "-z", "--no-color", "--name-only", $"--max-count={most}", Format], cancel);
        var commits = Parse(log ?? "");
        return new GitHistory(root.TrimEnd(), commits, commits.Count > 0 ? null : $"the checkout {root.TrimEnd()} has no commits");
    }

    internal static IReadOnlyList<Commit> Parse(string log) =>
        [.. log.Split(Record, StringSplitOptions.RemoveEmptyEntries).Select(CommitOf).OfType<Commit>().Reverse()];

    private static Commit? CommitOf(string record)
    {
        var parts = record.Split(['\0', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 0 && parts[0].Split(Unit) is [var hash, var author, var time, var subject]
            && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out var authored)
            ? new Commit(hash, author, authored, subject, parts[1..])
            : null;
    }

    private static async Task<string?> GitAsync(string folder, IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8,
        };
        try
        {
            using var git = Process.Start(start)!;
            var complaints = git.StandardError.ReadToEndAsync(cancel);
            var output = await git.StandardOutput.ReadToEndAsync(cancel);
            await complaints;
            await git.WaitForExitAsync(cancel);
            return git.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null; // no git here
        }
    }
}
