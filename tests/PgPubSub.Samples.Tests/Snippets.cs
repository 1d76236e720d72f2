using System.Text.RegularExpressions;

namespace PgPubSub.Samples.Tests;

/// <summary>
/// The C# of a document and where it stands compiled: a comment names the snippet above its fence, and the files of a folder beside this one hold the same text
/// between <c>// snippet: name</c> and <c>// end</c>. Parts of one name follow each other.
/// </summary>
/// <param name="document">The document, from the root of the checkout.</param>
/// <param name="folder">The folder.</param>
internal sealed partial class Snippets(string document, string folder)
{
    private IReadOnlyList<(string Name, string Code)> Shown =>
        [.. Fence().Matches(Repository.Read(document)).Select(match => (match.Groups["name"].Value, match.Groups["code"].Value.TrimEnd()))];

    private IReadOnlyDictionary<string, string> Compiled =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "PgPubSub.Samples.Tests", folder), "*.cs").Order(StringComparer.Ordinal)
            .SelectMany(file => Snippet().Matches(File.ReadAllText(file)))
            .GroupBy(match => match.Groups["name"].Value)
            .ToDictionary(parts => parts.Key, parts => string.Concat(parts.Select(part => Outdented(part.Groups["code"].Value))).TrimEnd());

    /// <summary>Each is shown as it is compiled, text for text, and all that are compiled are shown.</summary>
    public void AreCompiledAsShown()
    {
        var (shown, compiled) = (Shown, Compiled);
        Assert.All(shown, example => Assert.Equal(compiled.GetValueOrDefault(example.Name), example.Code));
        Assert.Equal(compiled.Keys.Order(StringComparer.Ordinal), shown.Select(example => example.Name).Order(StringComparer.Ordinal));
    }

    private static string Outdented(string code)
    {
        var lines = code.Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : ""));
    }

    [GeneratedRegex(@"(?:<!-- snippet: (?<name>[a-z-]*) -->\n)?```csharp\n(?<code>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^ *// snippet: (?<name>[a-z-]+)\n(?<code>.*?)^ *// end$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Snippet();
}
