using System.Globalization;
using PgPubSub.InMemory;
using PgPubSub.Samples.Tests.Conformance;

namespace PgPubSub.Samples.Tests;

/// <summary>Whatever C# a document shows is compiled, text for text: a page's stands in the folder of its name.</summary>
public sealed class PagesSpec
{
    private static readonly string[] Pages =
        [.. new[] { "", "docs", "samples" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md"))
            .Where(file => File.ReadAllText(file).Contains("```csharp", StringComparison.Ordinal)).Select(file => Repository.Relative(file))];

    public static TheoryData<string> WithCode() => [.. Pages];

    [Theory]
    [MemberData(nameof(WithCode))]
    public void Every_example_stands_in_a_compiled_file_text_for_text(string page) => new Snippets(page, FolderOf(page)).AreCompiledAsShown();

    [Fact]
    public void The_pages_that_show_code_are_seen() => Assert.Superset(
        new HashSet<string> { "README.md", "docs/conformance.md", "docs/health.md", "docs/hosting.md", "docs/migrating.md", "docs/streams.md", "docs/telemetry.md", "docs/verify.md" },
        Pages.ToHashSet());

    [Fact]
    public Task A_store_is_put_before_losses() => OwnStore.LoseAsync(new InMemoryStore());

    private static string FolderOf(string page) => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(Path.GetFileNameWithoutExtension(page).ToLowerInvariant());
}
