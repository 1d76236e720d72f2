using System.Globalization;
using System.Reflection;
using PgPubSub.Streams;

namespace PgPubSub.Samples.Tests.Streams;

/// <summary>What docs/streams.md says of options is what the code says.</summary>
public sealed class StreamsPageSpec
{
    // A sentence says it better.
    private static readonly string[] WithoutComparableDefault = ["Decider"];

    public static TheoryData<object> Options() => [new LogSourceOptions(), new GroupSourceOptions(), new PublishFlowOptions(), new CommitOptions()];

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_option_is_there_with_its_default(object options) =>
        Assert.Equal(
            options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(option => (option.Name, Say(option.Name, option.GetValue(options)))).Order(),
            Rows(options.GetType().Name).Select(cells => (cells[0].Trim('`'), WithoutComparableDefault.Contains(cells[0].Trim('`')) ? "" : cells[1])).Order());

    private static IEnumerable<string[]> Rows(string options) =>
        File.ReadLines(Path.Combine(Repository.Root, "docs", "streams.md"))
            .SkipWhile(line => !line.StartsWith($"| `{options}` |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | "));

    private static string Say(string option, object? value) => WithoutComparableDefault.Contains(option) ? "" : value switch
    {
        null => "none",
        TimeSpan time => $"{time.TotalMilliseconds} ms",
        int number => number.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
