using System.Text;
using System.Text.RegularExpressions;

namespace PgPubSub.Structure.Tests.Sources;

/// <summary>A link of a document.</summary>
/// <param name="Path">What it leads to, without the anchor; empty: the document itself.</param>
/// <param name="Anchor">The heading there, or null.</param>
/// <param name="Title">The test that it names, or null.</param>
internal sealed record MarkdownLink(string Path, string? Anchor, string? Title)
{
    public bool IsExternal => Path.Contains("://", StringComparison.Ordinal) || Path.StartsWith("mailto:", StringComparison.Ordinal);
}

/// <summary>A document by its links and by the headings that others may link to. What stands in fences and between backticks is code and no link.</summary>
internal sealed partial class MarkdownFile(string text)
{
    private readonly string _prose = Fence().Replace(text.ReplaceLineEndings("\n"), "");

    /// <summary>Every document of the checkout.</summary>
    public static IEnumerable<string> All() =>
        Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
            .Where(file => !Repository.Relative(file).Split('/').Any(part => part is "bin" or "obj" or "artifacts" or "TestResults" or "node_modules" || part.StartsWith('.')));

    public IEnumerable<MarkdownLink> Links => Link().Matches(Code().Replace(_prose, "code"))
        .Select(match => new MarkdownLink(match.Groups["path"].Value, Given(match.Groups["anchor"]), Given(match.Groups["title"])));

    /// <summary>As GitHub makes them of headings: lower case, blanks are dashes, of other signs only dash and underscore stay, and what comes again gets a number.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            var anchors = new HashSet<string>();
            foreach (var heading in Heading().Matches(_prose).Select(match => SlugOf(match.Groups["text"].Value)))
            {
                var again = 0;
                while (!anchors.Add(again == 0 ? heading : $"{heading}-{again}"))
                    again++;
            }

            return anchors;
        }
    }

    private static string SlugOf(string heading)
    {
        var slug = new StringBuilder();
        foreach (var c in LinkText().Replace(heading.Trim(), "${text}").ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_'))
            slug.Append(c == ' ' ? '-' : c);
        return slug.ToString();
    }

    private static string? Given(Group group) => group.Success ? group.Value : null;

    [GeneratedRegex(@"^(?<fence>```+).*?^\k<fence>[ ]*$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex Code();

    [GeneratedRegex("""\]\((?<path>[^)#\s"]*)(#(?<anchor>[^)\s]*))?( "(?<title>[^"]*)")?\)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex("^#{1,6} +(?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
