namespace PgPubSub.Samples.Tests.Runs;

/// <summary>samples/README.md lists every sample with the command that starts it.</summary>
public sealed class IndexSpec
{
    private static readonly string Samples = Path.Combine(Repository.Root, "samples");

    [Fact]
    public void Every_sample_has_its_line_and_no_other_has_one() => Assert.Equal(
        Programs().Select(program => (program, program == "CommitFeed" ? "./run" : $"dotnet run --project samples/{program}")),
        File.ReadLines(Path.Combine(Samples, "README.md")).Where(line => line.StartsWith("| [", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | ")).Select(cells => (cells[0].Split('[', ']')[1], cells[1].Trim('`'))).Order());

    private static IEnumerable<string> Programs() =>
        Directory.EnumerateFiles(Samples, "*.csproj", SearchOption.AllDirectories)
            .Where(project => File.ReadAllText(project) is var text && (text.Contains("<OutputType>Exe</OutputType>", StringComparison.Ordinal) || text.Contains("Sdk.Web\"", StringComparison.Ordinal)))
            .Select(project => Path.GetFileNameWithoutExtension(project)).Order(StringComparer.Ordinal);
}
