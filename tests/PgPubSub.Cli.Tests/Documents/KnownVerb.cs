using System.CommandLine;

namespace PgPubSub.Cli.Tests.Documents;

/// <summary>A verb as the program has it.</summary>
/// <param name="Words">What is typed, for example <c>dead-letters list</c>.</param>
/// <param name="Command">Its command.</param>
internal sealed record KnownVerb(IReadOnlyList<string> Words, Command Command)
{
    /// <summary>All, groups of verbs included.</summary>
    public static IReadOnlyList<KnownVerb> All { get; } = [.. Under([], CommandLine.Create())];

    /// <summary>Whether it does something by itself.</summary>
    public bool Runs => Command.Action is not null;

    private static IEnumerable<KnownVerb> Under(IReadOnlyList<string> words, Command command) =>
        command.Subcommands.SelectMany(one => Under([.. words, one.Name], one).Prepend(new KnownVerb([.. words, one.Name], one)));
}
