using System.Text.RegularExpressions;

namespace PgPubSub.Actors.Tests.Documents;

/// <summary>docs/operations.md has an operator watch what is there: health checks and instruments by their names.</summary>
public sealed partial class OperationsSpec
{
    [Fact]
    public void Every_check_and_instrument_that_is_named_is_there()
    {
        var there = Document.Table("telemetry.md", "Instruments").Concat(Document.Table("health.md", "The checks")).Select(row => row[0].Trim('`')).ToHashSet();
        var named = Name().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"))).Select(match => match.Groups["name"].Value).Distinct().ToList();

        Assert.True(named.Count > 8);
        Assert.All(named, name => Assert.Contains(name, there));
    }

    [GeneratedRegex(@"`(?<name>pgpubsub\.[a-z_.]+)`")]
    private static partial Regex Name();
}
