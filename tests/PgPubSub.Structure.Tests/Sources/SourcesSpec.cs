using System.Text.RegularExpressions;

namespace PgPubSub.Structure.Tests.Sources;

/// <summary>What the text of the sources must keep to.</summary>
public sealed partial class SourcesSpec
{
    private const int MostLines = 400;

    [Fact]
    public void No_source_file_is_longer_than_400_lines()
    {
        var files = SourceFiles.In("src", "tests", "samples", "benchmarks").Select(file => (Name: Repository.Relative(file), Lines: File.ReadLines(file).Count())).ToList();

        Assert.Contains(files, file => file.Name.EndsWith("/SourcesSpec.cs", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => file.Lines > MostLines);
    }

    [Fact]
    public void No_sql_stands_in_a_string_of_the_product() =>
        Assert.Empty(SourceFiles.In("src").SelectMany(file => CSharpLiterals.In(File.ReadAllText(file)).Where(IsSql).Select(text => $"{Repository.Relative(file)}: {text}")));

    [Fact]
    public void Sql_files_stand_in_postgres_alone() =>
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.sql", SearchOption.AllDirectories).Select(Repository.Relative),
            file => !file.StartsWith("src/PgPubSub.Postgres/", StringComparison.Ordinal));

    [Theory]
    [InlineData("var a = \"SELECT 1\";")]
    [InlineData("var a = $\"insert into {table} VALUES (1)\";")]
    [InlineData("var a = @\"UPDATE pgpubsub.topic SET name = 'x'\";")]
    [InlineData("var a = \"\"\"\n    DELETE FROM lease\n    \"\"\";")]
    [InlineData("var quote = '\"'; var a = \"select offset from event\";")]
    public void Sql_in_a_string_is_seen(string source) => Assert.Contains(CSharpLiterals.In(source), IsSql);

    [Theory]
    [InlineData("// SELECT the first one")]
    [InlineData("/* UPDATE x SET y */ var a = \"\";")]
    [InlineData("var a = \"Please select a topic, then update it\";")]
    [InlineData("items.Select(item => \"delete\");")]
    public void Other_text_is_not_taken_for_sql(string source) => Assert.DoesNotContain(CSharpLiterals.In(source), IsSql);

    private static bool IsSql(string text) => Sql().IsMatch(text);

    // In lower case SELECT is an English word: it counts at the start, or with a FROM after it.
    [GeneratedRegex(@"\bSELECT\s|(?i:^\s*select\s|\bselect\s.*\sfrom\s|\binsert\s+into\s|\bupdate\s+\S+\s+set\s+\S+\s*=|\bdelete\s+from\s)", RegexOptions.Singleline)]
    private static partial Regex Sql();
}
