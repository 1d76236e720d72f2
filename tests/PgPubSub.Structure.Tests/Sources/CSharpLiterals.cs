using System.Text.RegularExpressions;

namespace PgPubSub.Structure.Tests.Sources;

/// <summary>The string literals of a C# source text; comments and characters are read over.</summary>
internal static partial class CSharpLiterals
{
    public static IEnumerable<string> In(string source) =>
        Token().Matches(source).Where(match => match.Groups["text"].Success).Select(match => match.Groups["text"].Value);

    // Raw strings before plain ones: three quotes are no empty string.
    [GeneratedRegex("""
        //[^\n]* | /\*.*?\*/ | '(?:\\.|[^'\\\n])+'
        | (?<quotes>"{3,})(?<text>.*?)\k<quotes>
        | (?:@\$?|\$@)"(?<text>(?:""|[^"])*)"
        | "(?<text>(?:\\.|[^"\\\n])*)"
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Token();
}
