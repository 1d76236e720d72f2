using System.Text.RegularExpressions;

namespace PgPubSub.Packages.Tests.Packing;

/// <summary>What a package's README shows is part of the program that is built from the packages and run.</summary>
public sealed partial class ReadmeSpec
{
    [Fact]
    public void Every_example_stands_in_the_program_line_by_line()
    {
        var program = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "PgPubSub.Packages.Tests", "Applications", "Shop"), "*.cs").Select(File.ReadAllText).Select(Trimmed));
        var examples = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "README.md", SearchOption.AllDirectories)
            .SelectMany(readme => Fence().Matches(File.ReadAllText(readme))).Select(fence => Trimmed(fence.Groups["code"].Value)).ToList();

        Assert.All(examples, example => Assert.Contains(example, program, StringComparison.Ordinal));
        Assert.True(examples.Count > 4);
    }

    private static string Trimmed(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    [GeneratedRegex(@"```csharp\n(?<code>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
