using System.Text.RegularExpressions;
using PgPubSub.Structure.Tests.Assemblies;

namespace PgPubSub.Structure.Tests.Sources;

/// <summary>ARCHITECTURE.md shows the rooms as they are.</summary>
public sealed partial class ArchitectureSpec
{
    private static readonly string Page = Repository.Read("ARCHITECTURE.md");

    [Fact]
    public void Every_folder_of_a_room_has_its_line_and_no_other_has_one() => Assert.Equal(
        Packages.All.SelectMany(package => SourceFiles.In(Path.Combine("src", package)).Concat(SqlOf(package)).Select(FolderOf).Where(folder => folder.Count(c => c == '/') > 1))
            .Distinct().Order(StringComparer.Ordinal),
        Folder().Matches(Page).Select(match => match.Groups["path"].Value).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_function_that_an_event_passes_is_one_that_the_statements_call()
    {
        var statements = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "PgPubSub.Postgres", "Statements"), "*.sql").Select(File.ReadAllText));
        var named = Function().Matches(Page).Select(match => match.Value).Distinct().ToList();

        Assert.True(named.Count > 5);
        Assert.All(named, function => Assert.Contains($"pgpubsub.{function}(", statements, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_actor_and_machine_that_is_named_is_there()
    {
        var types = SourceFiles.In("src").Select(Path.GetFileNameWithoutExtension).ToHashSet();
        var named = Type().Matches(Page).Select(match => match.Groups["name"].Value).Distinct().ToList();

        Assert.True(named.Count > 15);
        Assert.All(named, name => Assert.Contains(name, types));
    }

    private static IEnumerable<string> SqlOf(string package) => SourceFiles.Below(Path.Combine(Repository.Root, "src", package), "*.sql");

    // src/room/concept: what is deeper belongs to its concept.
    private static string FolderOf(string file) => string.Join('/', Repository.Relative(Path.GetDirectoryName(file)!).Split('/').Take(3));

    [GeneratedRegex(@"\]\((?<path>src/PgPubSub\.\w+/\w+)\)")]
    private static partial Regex Folder();

    [GeneratedRegex(@"\b[a-z_]+_v\d+\b")]
    private static partial Regex Function();

    [GeneratedRegex(@"\b(?<name>[A-Z]\w+(?:Actor|Machine|Supervisor|Judge|Writer|Desk))\b")]
    private static partial Regex Type();
}
