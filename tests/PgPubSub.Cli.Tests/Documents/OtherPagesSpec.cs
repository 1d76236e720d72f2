using System.Text.RegularExpressions;

namespace PgPubSub.Cli.Tests.Documents;

/// <summary>What other pages have an operator type is something that the program knows.</summary>
public sealed partial class OtherPagesSpec
{
    private static readonly (string Page, string Text)[] Pages =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md"))
            .Where(file => Path.GetFileName(file) != "cli.md").Select(file => (Path.GetFileName(file), File.ReadAllText(file).ReplaceLineEndings("\n")))];

    [Fact]
    public void Every_line_of_a_script_is_understood()
    {
        var lines = Pages.SelectMany(page => Line().Matches(page.Text).Select(match => match.Groups["words"].Value)).ToList();

        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Empty(CommandLine.Create().Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Errors));
    }

    [Fact]
    public void Every_verb_that_is_named_is_there()
    {
        var verbs = KnownVerb.All.Select(command => string.Join(' ', command.Words)).ToHashSet();
        var named = Pages.SelectMany(page => Verb().Matches(page.Text).Select(match => match.Groups["verb"].Value)).ToList();

        Assert.True(named.Count > 3);
        Assert.All(named, verb => Assert.Contains(verb, verbs));
    }

    [GeneratedRegex("^pgpubsub (?<words>[^\n]+)$", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex("`pgpubsub (?<verb>[a-z][a-z -]*[a-z])`")]
    private static partial Regex Verb();
}
