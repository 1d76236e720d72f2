using System.Text.RegularExpressions;

namespace PgPubSub.Postgres.Tests.Schema;

/// <summary>docs/concepts.md draws the tables as a migrated schema has them.</summary>
public sealed partial class DataModelSpec : StoreSpec
{
    [Fact]
    public async Task The_drawing_has_every_table_with_its_columns_and_keys_and_no_other()
    {
        await Store.MigrateAsync();
        var there = await Direct.ListAsync<string>("""
            SELECT format('%s.%s %s%s', c.relname, a.attname, replace(replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz'), ' ', '_'),
              CASE WHEN a.attnum = ANY (i.indkey) THEN ' PK' ELSE '' END)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
            WHERE c.relnamespace = (SELECT t.relnamespace FROM pg_class t WHERE t.oid = 'pgpubsub.topic'::regclass) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
            """);

        Assert.Equal(there.Order(StringComparer.Ordinal), Drawn().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_line_between_tables_joins_two_that_are_drawn()
    {
        var tables = Drawn().Select(column => column.Split('.')[0]).ToHashSet();
        var lines = Line().Matches(Repository.Read("docs", "concepts.md")).ToList();

        Assert.True(lines.Count > 5);
        Assert.All(lines, line => Assert.True(tables.Contains(line.Groups["one"].Value) && tables.Contains(line.Groups["many"].Value), line.Value));
    }

    private static IEnumerable<string> Drawn() =>
        from table in Table().Matches(Repository.Read("docs", "concepts.md"))
        from column in Column().Matches(table.Groups["columns"].Value)
        select $"{table.Groups["name"].Value}.{column.Groups["name"].Value} {column.Groups["type"].Value}{(column.Groups["key"].Success ? " PK" : "")}";

    [GeneratedRegex(@"^  (?<name>\w+) \{\n(?<columns>.*?)^  \}$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex(@"^    (?<type>\w+) (?<name>\w+)(?<key> PK)?(?: ""[^""]*"")?$", RegexOptions.Multiline)]
    private static partial Regex Column();

    [GeneratedRegex(@"^  (?<one>\w+) \|\|--[o|]\{ (?<many>\w+) :", RegexOptions.Multiline)]
    private static partial Regex Line();
}
