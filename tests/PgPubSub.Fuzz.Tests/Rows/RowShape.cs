using FsCheck;
using FsCheck.Fluent;

namespace PgPubSub.Fuzz.Tests.Rows;

/// <summary>What somebody might write into each column of a table, the ordinary value first.</summary>
/// <param name="Sql">Writes a row; its parameters are the columns, as text.</param>
/// <param name="Columns">The columns.</param>
internal sealed record RowShape(string Sql, IReadOnlyList<(string Name, IReadOnlyList<Value> Values)> Columns)
{
    private static int _rows;

    private static readonly Value[] Kinds = [new("ours", "number"), .. Stored];

    private static readonly Value[] Numbers = [new("1", "1"), new("0", "0"), new("-1", "-1"), new("the most", "2147483647"), new("the least", "-2147483648")];

    private static readonly Value[] Times =
        [new("now", "now"), new("infinity", "infinity"), new("-infinity", "-infinity"), new("BC", "4713-01-01 00:00:00+00 BC"), new("far", "294276-01-01 00:00:00+00"), new("year 10000", "10000-01-01 00:00:00+00")];

    // What lies before the last look, or is held under an old token, is found by the whole look of each minute.
    private static readonly Value[] Later = [.. Times.Where(time => time.Name is not ("-infinity" or "BC"))];

    private static readonly Value[] Ids = [new("a new one", _ => Guid.NewGuid().ToString()), new("zeros", Guid.Empty.ToString())];

    // What an event consists of but for its id, in the order of the tables.
    private static readonly (string, IReadOnlyList<Value>)[] Contents =
    [
        ("key", [None, .. Stored]),
        ("data", [new("ours", """{"value":1}"""), None, .. Jsons]),
        ("body", [None, new("empty", ""), new("bytes", @"\xff00fe"), new("large", @"\x" + new string('a', 2_000_000))]),
        ("content_type", [None, new("JSON", "application/json"), new("text", "text/plain"), .. Stored]),
        ("headers", [None, new("ours", """{"h":"v"}"""), new("a number", """{"h":1}"""), new("a null", """{"h":null}"""), new("nested", """{"a":{"h":"v"}}"""), new("a lone name", """{"\ud800":"v"}"""), new("a lone value", """{"h":"\udc00"}"""), .. Jsons]),
    ];

    /// <summary>An event at the end of the topic <c>rows</c>.</summary>
    public static RowShape Event { get; } = new(
        """
        INSERT INTO pgpubsub.event (topic, "offset", event_id, type, key, data, body, content_type, headers, size, published_at)
        SELECT t.id, coalesce((SELECT max("offset") + 1 FROM pgpubsub.event WHERE topic = t.id), t.floor),
          $1::uuid, $2::text, $3::text, $4::json, $5::bytea, $6::text, $7::json, $8::integer, $9::timestamptz
        FROM pgpubsub.topic t WHERE t.name = 'rows'
        """,
        [("event_id", Ids), ("type", Kinds), .. Contents, ("size", Numbers), ("published_at", Times)]);

    /// <summary>A retry of the group <c>struck</c> at the topic <c>rows</c>, of an event that may or may not be there.</summary>
    public static RowShape Retry { get; } = new(
        """
        INSERT INTO pgpubsub.retry (
          topic, subscription, "offset", event_id, type, key, data, body, content_type, headers, published_at, attempts, deaths, due_at, node, token, suspect, why)
        SELECT t.id, s.id, $1::bigint,
          $2::uuid, $3::text, $4::text, $5::json, $6::bytea, $7::text, $8::json, $9::timestamptz, $10::integer, $11::integer, $12::timestamptz, $13::uuid, $13::uuid, $14::boolean, $15::text
        FROM pgpubsub.topic t JOIN pgpubsub.subscription s ON s.topic = t.id WHERE t.name = 'rows' AND s.name = 'struck'
        ON CONFLICT DO NOTHING
        """,
        [
            ("offset", [new("one of 40", _ => $"{Interlocked.Increment(ref _rows) % 40}"), new("past the end", "1000000"), new("-1", "-1"), new("the most", "9223372036854775807"), new("the least", "-9223372036854775808")]),
            ("event_id", [None, .. Ids]), ("type", [None, .. Kinds]), .. Contents, ("published_at", [None, .. Times]),
            ("attempts", Numbers), ("deaths", Numbers), ("due_at", Later), ("node and token", [None, new("new ones", _ => Guid.CreateVersion7().ToString())]), ("suspect", [new("no", "false"), new("yes", "true")]), ("why", Stored.ToList()),
        ]);

    private static Value None => new("none", (object?)null);

    private static IEnumerable<Value> Stored => Texts.Hostile.Where(text => text.Make(null!) is string s && !s.Contains('\0', StringComparison.Ordinal) && !s.Any(char.IsSurrogate));

    private static IEnumerable<Value> Jsons =>
    [
        new("null", "null"), new("a list", "[]"), new("a text", "\"x\""), new("a large number", "1e999"), new("a large value", """{"value":99999999999999999999}"""), new("a wrong value", """{"value":"x"}"""), new("a lone escape", "\"\\ud800\""),
        new("NUL", "\"\\u0000\""), new("deep", new string('[', 3_000) + new string(']', 3_000)), new("twice", """{"value":1,"value":2,"h":"v","h":"w"}"""), new("1 MiB", "\"" + new string('x', 1_048_576) + "\""),
    ];

    /// <summary>So many rows together; shrunk to one of them, and that one to simpler ones.</summary>
    public Arbitrary<Row[]> Batches(int size) => Arb.From(Choices.Generator.Select(choices => new Row(this, choices)).ArrayOf(size), Shrunk);

    private Arbitrary<int[]> Choices => Fuzzing.Choices([.. Columns.Select(column => column.Values.Count)]);

    private IEnumerable<Row[]> Shrunk(Row[] batch)
    {
        for (var i = 0; i < batch.Length && batch.Length > 1; i++)
            yield return [batch[i]];
        if (batch is [var row])
        {
            foreach (var simpler in Choices.Shrinker(row.Choices))
                yield return [new Row(this, simpler)];
        }
    }
}
