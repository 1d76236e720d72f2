using System.Text.RegularExpressions;

namespace PgPubSub.Structure.Tests.Sources;

/// <summary>What the documentation links is there, down to the test that a line is proved by.</summary>
public sealed partial class DocumentsSpec
{
    [Fact]
    public void Every_link_of_a_document_leads_somewhere_and_to_the_test_it_names()
    {
        var broken = new List<string>();
        var links = 0;
        foreach (var document in Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md")))
        {
            foreach (Match link in Links().Matches(File.ReadAllText(document)))
            {
                links++;
                var file = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, link.Groups["path"].Value));
                if (!File.Exists(file) && !Directory.Exists(file))
                    broken.Add($"{Path.GetFileName(document)}: {link.Groups["path"].Value}");
                else if (link.Groups["test"] is { Success: true, Value: var test } && !Regex.IsMatch(File.ReadAllText(file), $@"\b{test}\("))
                    broken.Add($"{Path.GetFileName(document)}: {test}");
            }
        }

        Assert.Empty(broken);
        Assert.True(links > 50);
    }

    [Fact]
    public void Every_line_of_the_guarantees_links_a_test()
    {
        var lines = File.ReadLines(Path.Combine(Repository.Root, "docs", "delivery.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| You ask", StringComparison.Ordinal)).ToList();

        Assert.All(lines, line => Assert.Matches("""\.cs "[A-Z]\w+_\w+"\)""", line));
        Assert.True(lines.Count > 30);
    }

    [Fact]
    public void Every_line_of_what_streams_guarantee_links_a_test()
    {
        var lines = File.ReadLines(Path.Combine(Repository.Root, "docs", "streams.md"))
            .SkipWhile(line => line != "## What is guaranteed").TakeWhile(line => line != "## What is not guaranteed")
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList(); // but for the head

        Assert.All(lines, line => Assert.Matches("""\.cs "[A-Z]\w+_\w+"\)""", line));
        Assert.True(lines.Count > 15);
    }

    [GeneratedRegex("""\]\((?<path>(?!https?:|#)[^)#\s"]+)(#[^)\s]*)?( "(?<test>\w+)")?\)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Links();
}
