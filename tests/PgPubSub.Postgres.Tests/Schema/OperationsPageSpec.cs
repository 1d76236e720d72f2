using System.Text.RegularExpressions;

namespace PgPubSub.Postgres.Tests.Schema;

/// <summary>What docs/operations.md has an operator run, and what it says that an event takes.</summary>
public sealed partial class OperationsPageSpec : StoreSpec
{
    private const int Count = 20_000, DataBytes = 200;

    [Fact]
    public async Task Its_sql_runs_in_a_migrated_schema()
    {
        await Store.MigrateAsync();
        var blocks = Sql().Matches(Repository.Read("docs", "operations.md")).Select(match => match.Groups["sql"].Value).ToList();

        Assert.NotEmpty(blocks);
        await using var connection = await Direct.OpenAsync();
        foreach (var sql in blocks)
            await Direct.RunAsync(connection, sql);
    }

    [Fact]
    public async Task An_event_takes_its_data_and_as_many_bytes_more_as_the_page_says()
    {
        var said = int.Parse(More().Match(Repository.Read("docs", "operations.md")).Groups["bytes"].Value, System.Globalization.CultureInfo.InvariantCulture);
        var topic = await TopicAsync();
        for (var i = 0; i < Count; i += 500)
            await Store.Log.AppendAsync(topic, i, [.. Enumerable.Range(0, 500).Select(_ => Events.Json($"\"{new string('x', DataBytes - 2)}\""))]);

        var more = (await Direct.ScalarAsync<long>("SELECT pg_total_relation_size('pgpubsub.event')") / Count) - DataBytes;

        Assert.InRange(more, said - 30, said + 10);
    }

    [GeneratedRegex(@"```sql\n(?<sql>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sql();

    [GeneratedRegex("about (?<bytes>[0-9]+) bytes more")]
    private static partial Regex More();
}
