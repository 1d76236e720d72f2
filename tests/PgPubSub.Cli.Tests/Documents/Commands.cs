using System.CommandLine;

namespace PgPubSub.Cli.Tests.Documents;

/// <summary>A verb as the program has it.</summary>
/// <param name="Words">What is typed, for example <c>dead-letters list</c>.</param>
/// <param name="Command">Its command.</param>
internal sealed record Commands(IReadOnlyList<string> Words, Command Command)
{
    /// <summary>All, groups of verbs included.</summary>
    public static IReadOnlyList<Commands> All { get; } = [.. Under([], CommandLine.Create())];

    public static string Root { get; } = FindRoot();

    /// <summary>Whether it does something by itself.</summary>
    public bool Runs => Command.Action is not null;

    private static IEnumerable<Commands> Under(IReadOnlyList<string> words, Command command) =>
        command.Subcommands.SelectMany(one => Under([.. words, one.Name], one).Prepend(new Commands([.. words, one.Name], one)));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PgPubSub.Actors.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests read the checkout that they were built in.");
        return folder.FullName;
    }
}
