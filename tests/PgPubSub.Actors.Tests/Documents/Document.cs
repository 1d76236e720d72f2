namespace PgPubSub.Actors.Tests.Documents;

/// <summary>A page of the documentation, by its tables.</summary>
internal static class Document
{
    /// <summary>The rows of the table under a heading, each by its cells.</summary>
    public static IReadOnlyList<string[]> Table(string page, string heading) =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "docs", page))
            .SkipWhile(line => line != "## " + heading).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
            .Select(line => line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim()).ToArray()),
    ];
}
