using System.Text.RegularExpressions;

namespace PgPubSub.Samples.Tests.Readme;

/// <summary>
/// The C# in README.md and where it stands compiled: a comment names the snippet above its fence, and files beside this one hold the same text
/// between <c>// snippet: name</c> and <c>// end</c>. Parts of one name follow each other.
/// </summary>
internal static partial class ReadmeText
{
    public static IReadOnlyList<(string Name, string Code)> Shown() =>
        [.. Fence().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Select(match => (match.Groups["name"].Value, match.Groups["code"].Value.TrimEnd()))];

    public static IReadOnlyDictionary<string, string> Compiled() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "PgPubSub.Samples.Tests", "Readme"), "*.cs").Order(StringComparer.Ordinal)
            .SelectMany(file => Snippet().Matches(File.ReadAllText(file)))
            .GroupBy(match => match.Groups["name"].Value)
            .ToDictionary(parts => parts.Key, parts => string.Concat(parts.Select(part => Outdented(part.Groups["code"].Value))).TrimEnd());

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
