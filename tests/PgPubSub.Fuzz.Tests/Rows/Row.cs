using NpgsqlTypes;

namespace PgPubSub.Fuzz.Tests.Rows;

/// <summary>An event as somebody writes it into the table by hand.</summary>
internal sealed record Row(int[] Choices)
{
    private static readonly Value[] Kinds = [new("ours", "number"), .. Stored];

    // Each column's values, the ordinary one first, and how SQL reads them.
    private static readonly (string Name, string Cast, Value[] Values)[] Columns =
    [
        ("event_id", "uuid", [new("a new one", _ => Guid.NewGuid().ToString()), new("zeros", Guid.Empty.ToString())]),
        ("type", "text", Kinds),
        ("key", "text", [new("none", (object?)null), .. Stored]),
        ("data", "json", [new("ours", """{"value":1}"""), new("none", (object?)null), .. Jsons]),
        ("body", "bytea", [new("none", (object?)null), new("empty", ""), new("bytes", @"\xff00fe"), new("large", @"\x" + new string('a', 2_000_000))]),
        ("content_type", "text", [new("none", (object?)null), new("JSON", "application/json"), new("text", "text/plain"), .. Stored]),
        ("headers", "json", [new("none", (object?)null), new("ours", """{"h":"v"}"""), new("a number", """{"h":1}"""), new("a null", """{"h":null}"""), new("nested", """{"a":{"h":"v"}}"""), new("a lone name", """{"\ud800":"v"}"""), new("a lone value", """{"h":"\udc00"}"""), .. Jsons]),
        ("size", "integer", [new("10", "10"), new("0", "0"), new("-1", "-1"), new("the most", "2147483647"), new("the least", "-2147483648")]),
        ("published_at", "timestamptz", [new("now", "now"), new("infinity", "infinity"), new("-infinity", "-infinity"), new("BC", "4713-01-01 00:00:00+00 BC"), new("far", "294276-01-01 00:00:00+00"), new("year 10000", "10000-01-01 00:00:00+00")]),
    ];

    public static IReadOnlyList<int> Pools => [.. Columns.Select(column => column.Values.Length)];

    /// <summary>Puts it at a topic's end.</summary>
    public const string Sql = """
        INSERT INTO pgpubsub.event (topic, "offset", event_id, type, key, data, body, content_type, headers, size, published_at)
        SELECT t.id, coalesce((SELECT max("offset") + 1 FROM pgpubsub.event WHERE topic = t.id), t.floor),
          $1::uuid, $2::text, $3::text, $4::json, $5::bytea, $6::text, $7::json, $8::integer, $9::timestamptz
        FROM pgpubsub.topic t WHERE t.name = 'rows'
        """;

    public IReadOnlyList<object?> Parameters => [.. Columns.Zip(Choices, (column, choice) => (object)new Npgsql.NpgsqlParameter { Value = column.Values[choice].Make(null!) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text })];

    private static IEnumerable<Value> Stored => Texts.Hostile.Where(text => text.Make(null!) is string s && !s.Contains('\0', StringComparison.Ordinal) && !s.Any(char.IsSurrogate));

    private static IEnumerable<Value> Jsons =>
    [
        new("null", "null"), new("a list", "[]"), new("a text", "\"x\""), new("a large number", "1e999"), new("a large value", """{"value":99999999999999999999}"""), new("a wrong value", """{"value":"x"}"""), new("a lone escape", "\"\\ud800\""),
        new("NUL", "\"\\u0000\""), new("deep", new string('[', 3_000) + new string(']', 3_000)), new("twice", """{"value":1,"value":2,"h":"v","h":"w"}"""), new("1 MiB", "\"" + new string('x', 1_048_576) + "\""),
    ];

    public override string ToString() => string.Join(", ", Columns.Zip(Choices).Where(x => x.Second > 0).Select(x => $"{x.First.Name}: {x.First.Values[x.Second].Name}")) is { Length: > 0 } told ? told : "an ordinary event";
}
