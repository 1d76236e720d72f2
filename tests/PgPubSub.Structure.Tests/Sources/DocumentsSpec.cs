using System.Text.RegularExpressions;

namespace PgPubSub.Structure.Tests.Sources;

/// <summary>What the documentation links is there, down to the heading, and to the test that a line is proved by. Addresses elsewhere are read, not called.</summary>
public sealed class DocumentsSpec
{
    [Fact]
    public void Every_link_of_a_document_leads_somewhere_and_to_the_test_it_names()
    {
        var (broken, links) = (new List<string>(), 0);
        foreach (var document in MarkdownFile.All())
        {
            foreach (var link in new MarkdownFile(File.ReadAllText(document)).Links)
            {
                links++;
                if (ProblemOf(document, link) is { } problem)
                    broken.Add($"{Repository.Relative(document)}: {problem}");
            }
        }

        Assert.Empty(broken);
        Assert.True(links > 300, $"only {links} links were seen");
    }

    [Theory]
    [InlineData("[a](docs/nowhere.md)", "docs/nowhere.md is not there")]
    [InlineData("[a](docs/streams.md#nowhere)", "docs/streams.md has no heading #nowhere")]
    [InlineData("# One\n[a](#two)", "there is no heading #two")]
    [InlineData("[a](test \"Nobody_wrote_this\")", "test has no Nobody_wrote_this")]
    [InlineData("[a](https:///nowhere)", "https:///nowhere is no address")]
    [InlineData("[a](http://example.org/)", "http://example.org/ is no address")]
    [InlineData("# One, `two` & [three](x)!\n# One, `two` & [three](x)!\n[a](#one-two--three) [b](#one-two--three-1)", "x is not there", "x is not there")]
    [InlineData("[a](docs/streams.md#options) [b](README.md) [c](src) `[d](nowhere)`\n```\n[e](nowhere)\n```\n")]
    public void A_broken_link_is_seen(string text, params string[] problems)
    {
        var page = new MarkdownFile(text);
        Assert.Equal(problems, page.Links.Select(link => ProblemOf(Path.Combine(Repository.Root, "page.md"), link, page)).OfType<string>());
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

    private static string? ProblemOf(string document, MarkdownLink link, MarkdownFile? page = null)
    {
        if (link.IsExternal)
            return Uri.TryCreate(link.Path, UriKind.Absolute, out var address) && address is { Scheme: "https", Host.Length: > 0 } ? null : $"{link.Path} is no address";
        var file = link.Path.Length == 0 ? document : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, link.Path));
        if (link.Path.Length > 0 && !File.Exists(file) && !Directory.Exists(file))
            return $"{link.Path} is not there";
        if (link.Title is { } test && !Regex.IsMatch(File.ReadAllText(file), $@"\b{Regex.Escape(test)}\("))
            return $"{link.Path} has no {test}";
        if (link.Anchor is null || (link.Path.Length > 0 && !link.Path.EndsWith(".md", StringComparison.Ordinal)))
            return null;
        var target = link.Path.Length == 0 && page is not null ? page : new MarkdownFile(File.ReadAllText(file));
        return target.Anchors.Contains(link.Anchor) ? null : $"{(link.Path.Length == 0 ? "there is" : link.Path + " has")} no heading #{link.Anchor}";
    }
}
